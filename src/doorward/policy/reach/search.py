"""The search for a case in which a condition is true."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from doorward.policy.condition.constants import constant
from doorward.policy.condition.tree import Binary, Conditional, Node, Unary, fields_of
from doorward.policy.reach.claims import Claim, Tester
from doorward.policy.reach.worlds import FieldKey, World, worlds_of

# Steps after which nothing is said. The default policy needs some dozens a rule.
_MOST_STEPS = 5_000


@dataclass(frozen=True, slots=True)
class _Branch:
    """One way to make the condition true: what is left to be made true, and what was assumed so far."""

    goals: tuple[Claim, ...]
    worlds: tuple[World, ...]
    claims: frozenset[Claim] = frozenset()
    by_field: Mapping[FieldKey, tuple[Claim, ...]] = field(default_factory=dict)


def possible(*conditions: Node) -> bool | None:
    """Whether all `conditions` can be true together.

    False is a proof; true means that nothing speaks against it; `None` that the search was given up.
    Equivalent to testing each conjunct of the disjunctive normal form, which is never written out:
    a branch ends where the first claim contradicts another.
    """
    tester = Tester()
    fields = frozenset[FieldKey]().union(*(fields_of(condition) for condition in conditions))
    goals = tuple(Claim(condition, True) for condition in conditions)
    branches = [_Branch(goals, worlds_of(fields))]
    for _ in range(_MOST_STEPS):
        if not branches:
            return False
        branch = branches.pop()
        if not branch.goals:
            return True
        branches += _step(branch, tester)
    return None


def _step(branch: _Branch, tester: Tester) -> list[_Branch]:
    """The branches that the first goal of `branch` leads to."""
    goal, rest = branch.goals[0], branch.goals[1:]
    alternatives = _alternatives(goal)
    if alternatives is not None:
        return [
            _Branch((*more, *rest), branch.worlds, branch.claims, branch.by_field) for more in alternatives
        ]
    value = constant(goal.part)
    if value is not None:
        fits = value.error is None and value.value is goal.wanted
        return [_Branch(rest, branch.worlds, branch.claims, branch.by_field)] if fits else []
    return _assume(goal, rest, branch, tester)


def _alternatives(goal: Claim) -> list[tuple[Claim, ...]] | None:
    """`goal` taken apart: one of several groups of claims must hold. `None`: it cannot be taken apart."""
    match goal.part:
        case Unary(operator="!", operand=operand):
            return [(Claim(operand, not goal.wanted),)]
        case Binary(operator="&&" | "||" as operator, left=left, right=right):
            both = (Claim(left, goal.wanted), Claim(right, goal.wanted))
            return [both] if (operator == "&&") is goal.wanted else [(both[1],), (both[0],)]
        case Conditional(test=test, yes=yes, no=no):
            return [
                (Claim(test, True), Claim(yes, goal.wanted)),
                (Claim(test, False), Claim(no, goal.wanted)),
            ]
    return None


def _assume(goal: Claim, rest: tuple[Claim, ...], branch: _Branch, tester: Tester) -> list[_Branch]:
    """`branch` with `goal` assumed; none where that contradicts what was assumed before."""
    if goal.contrary in branch.claims:
        return []
    claims = branch.claims | {goal}
    key = goal.subject
    if key is None:
        return [_Branch(rest, branch.worlds, claims, branch.by_field)]
    about = (*branch.by_field.get(key, ()), goal)
    worlds = tuple(world for world in branch.worlds if tester.satisfiable(key, about, world))
    if not worlds:
        return []
    return [_Branch(rest, worlds, claims, {**branch.by_field, key: about})]
