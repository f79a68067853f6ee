"""Claims about single fields, and whether some value of the field satisfies all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import cel

from doorward.policy.condition.constants import constant
from doorward.policy.condition.tree import Access, Binary, Listing, Name, Node, fields_of, text_of
from doorward.policy.reach.spans import MIRRORED, NEGATED, Span
from doorward.policy.reach.worlds import FieldKey, World
from doorward.policy.vocabulary import VOCABULARY, Base, Field, Value


@dataclass(frozen=True, slots=True)
class Claim:
    """That a part of a condition without `&&`, `||` and `!` is true, or false."""

    part: Node
    wanted: bool

    @property
    def contrary(self) -> "Claim":
        return Claim(self.part, not self.wanted)

    @property
    def subject(self) -> FieldKey | None:
        """The field it is about, where it is about one only."""
        fields = fields_of(self.part)
        return next(iter(fields)) if len(fields) == 1 else None


@dataclass(slots=True)
class Tester:
    """Tries values on claims, by the library that runs conditions, and remembers the answers."""

    programs: dict[Node, Any] = field(default_factory=dict)
    answers: dict[tuple[Node, Value], bool | None] = field(default_factory=dict)

    def satisfiable(self, key: FieldKey, claims: Sequence[Claim], world: World) -> bool:
        """Whether a value of the field `key` satisfies all `claims` in `world`."""
        description = VOCABULARY[key[0]].fields[key[1]]
        span = _span(description, key, claims)
        values = _candidates(description, key, claims, world, span)
        if values is None:
            return not span.empty
        return any(all(self._holds(claim, key, value) for claim in claims) for value in values)

    def _holds(self, claim: Claim, key: FieldKey, value: Value) -> bool:
        remembered = (claim.part, value)
        if remembered not in self.answers:
            self.answers[remembered] = self._answer(claim.part, key, value)
        return self.answers[remembered] is claim.wanted

    def _answer(self, part: Node, key: FieldKey, value: Value) -> bool | None:
        """True or false, or `None` where the part cannot be evaluated for this value."""
        if part not in self.programs:
            self.programs[part] = cel.compile(text_of(part))
        try:
            answer = self.programs[part].execute({key[0]: {key[1]: value}})
        except Exception:  # e.g. it divides by zero for this value: then it is neither true nor false
            return None
        return answer if isinstance(answer, bool) else None


def _candidates(
    description: Field, key: FieldKey, claims: Sequence[Claim], world: World, span: Span
) -> Iterable[Value] | None:
    """The values to be tried, or `None` where they are too many to try."""
    if key in world:
        return world[key]
    if description.finite is not None:
        return description.finite
    for claim in claims:
        named = _named_values(claim, key)
        if named is not None:
            return _typed(description, named, span)
    values = span.values() if description.base in (Base.INT, Base.DOUBLE) else None
    return None if values is None else _typed(description, values, span)


def _typed(description: Field, values: Iterable[Any], span: Span) -> list[Value]:
    """Those of `values` that the field can have, of its own type: 1 and 1.0 are not the same to CEL."""
    match description.base:
        case Base.INT:
            return [int(value) for value in values if value in span and value == int(value)]
        case Base.DOUBLE:
            return [float(value) for value in values if value in span]
    return list(values)


def _named_values(claim: Claim, key: FieldKey) -> list[Value] | None:
    """The values that an equality or an `in` leaves to the field."""
    compared = _comparison(claim, key)
    if compared is not None and compared[0] == "==":
        return [compared[1]]
    part = claim.part
    if claim.wanted and isinstance(part, Binary) and part.operator == "in" and _is(part.left, key):
        items = [constant(item) for item in part.right.items] if isinstance(part.right, Listing) else [None]
        if all(item is not None for item in items):
            return [item.value for item in items if item is not None]
    return None


def _span(description: Field, key: FieldKey, claims: Sequence[Claim]) -> Span:
    """The range that the vocabulary and the comparisons among `claims` leave to a number."""
    span = Span(whole=description.base is Base.INT)
    if description.low is not None:
        span = span.cut(">=", description.low)
    if description.high is not None:
        span = span.cut("<=", description.high)
    for claim in claims:
        compared = _comparison(claim, key)
        if compared is not None and isinstance(compared[1], int | float):
            span = span.cut(*compared)
    return span


def _comparison(claim: Claim, key: FieldKey) -> tuple[str, Any] | None:
    """`claim` as an operator and a constant, seen from the field."""
    part = claim.part
    if not isinstance(part, Binary) or part.operator not in MIRRORED:
        return None
    operator, left, right = part.operator, part.left, part.right
    if _is(right, key):
        operator, left, right = MIRRORED[operator], right, left
    value = constant(right)
    if not _is(left, key) or value is None or value.error:
        return None
    return (operator if claim.wanted else NEGATED[operator]), value.value


def _is(node: Node, key: FieldKey) -> bool:
    return isinstance(node, Access) and isinstance(node.target, Name) and (node.target.name, node.name) == key
