"""Everything that can be wrong with a rule beyond its shape, found before the rule is in force."""

from collections.abc import Iterator
from dataclasses import dataclass

import cel

from doorward.policy.condition.complaints import Complaint, ConditionError
from doorward.policy.condition.parse import parse
from doorward.policy.condition.tree import START, Node, fields_of
from doorward.policy.condition.typecheck import TypeChecker
from doorward.policy.condition.values import KnownNames
from doorward.policy.problems import Severity
from doorward.policy.rules import Rule, Uses
from doorward.policy.shape import Draft
from doorward.policy.vocabulary import DETECTORS, Binding


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule, where nothing stood against it, and all complaints about its condition."""

    rule: Rule | None
    condition: Node | None
    complaints: tuple[Complaint, ...]


def known_names(known_lists: frozenset[str]) -> KnownNames:
    """Names that conditions may be compared with. Without any list, lists are not checked."""
    detectors = frozenset(DETECTORS)
    names = {"finding.detector": detectors, "not_assessed.detector": detectors}
    if known_lists:
        names |= {"source.name": known_lists, "not_assessed.list": known_lists}
    return names


def check_rule(draft: Draft, known: KnownNames) -> Checked:
    """Read, type and bind the condition of `draft`, then prove what must be proved about it."""
    try:
        condition = parse(draft.when)
    except ConditionError as error:
        return Checked(None, None, (error.complaint,))
    checker = TypeChecker(known)
    checker.check(condition)
    uses = fields_of(condition)
    complaints = [*checker.complaints, *_binding_complaints(uses)]
    if any(complaint.severity is Severity.ERROR for complaint in complaints):
        return Checked(None, condition, tuple(complaints))
    binding = binding_of(uses)
    complaints += _decision_complaints(draft, binding)
    rule = Rule(
        name=draft.name,
        when=draft.when,
        decision=draft.decision,
        actions=draft.actions,
        mode=draft.mode,
        reason=draft.reason,
        line=draft.lines.header,
        binding=binding,
        uses=uses,
        program=cel.compile(draft.when),
    )
    return Checked(rule, condition, tuple(complaints))


def binding_of(uses: Uses) -> Binding:
    """What a rule that reads `uses` is asked for."""
    variables = {variable for variable, _ in uses}
    if variables & {"finding", "source"}:
        return Binding.FINDING
    return Binding.NOT_ASSESSED if "not_assessed" in variables else Binding.SUBJECT


def _binding_complaints(uses: Uses) -> Iterator[Complaint]:
    variables = {variable for variable, _ in uses}
    if "not_assessed" in variables and variables & {"finding", "source"}:
        yield Complaint(
            START,
            "the condition is about a finding and about a missing answer at once",
            "a rule is asked for each finding or for each missing answer: write two rules",
        )


def _decision_complaints(draft: Draft, binding: Binding) -> Iterator[Complaint]:
    return iter(())
