"""Everything that can be wrong with a rule beyond its shape, found before the rule is in force."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cel

from doorward.findings import Code
from doorward.policy.condition.complaints import Complaint, ConditionError
from doorward.policy.condition.parse import parse
from doorward.policy.condition.tree import Node, fields_of
from doorward.policy.condition.typecheck import TypeChecker
from doorward.policy.condition.values import KnownNames
from doorward.policy.problems import Problem, Severity, errors
from doorward.policy.proofs import proof_problems, uncovered_codes
from doorward.policy.rules import Rule, Uses
from doorward.policy.shape import Draft
from doorward.policy.vocabulary import DETECTORS, Binding
from doorward.verdicts import Decision, Mode

_CANARY_LIST = "canary"  # the list that every installation has


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule with its condition, where nothing stood against it, and all problems found."""

    rule: Rule | None
    condition: Node | None
    problems: tuple[Problem, ...]


def known_names(known_lists: frozenset[str]) -> KnownNames:
    """Names that conditions may be compared with. Without any list, lists are not checked."""
    detectors = frozenset(DETECTORS)
    names = {"finding.detector": detectors, "not_assessed.detector": detectors}
    if known_lists:
        lists = known_lists | {_CANARY_LIST}
        names |= {"source.name": lists, "not_assessed.list": lists}
    return names


def check_rule(file: str, draft: Draft, known: KnownNames) -> Checked:
    """Read, type and bind the condition of `draft`, then prove what must be proved about it."""
    try:
        condition = parse(draft.when)
    except ConditionError as error:
        return Checked(None, None, (_problem(file, draft, error.complaint),))
    checker = TypeChecker(known)
    checker.check(condition)
    problems = [_problem(file, draft, complaint) for complaint in checker.complaints]
    problems += _binding_problems(file, draft, fields_of(condition))
    if not errors(problems):
        problems += proof_problems(file, draft, condition, binding_of(fields_of(condition)))
    if errors(problems):
        return Checked(None, condition, tuple(problems))
    return Checked(_rule(draft, condition), condition, tuple(problems))


def together_problems(file: str, checked: Sequence[Checked]) -> Iterator[Problem]:
    """What shows only when all rules are seen together: repetitions, and known material that may pass."""
    sound = [(one.rule, one.condition) for one in checked if one.rule and one.condition]
    for position, (rule, condition) in enumerate(sound):
        for former, same in sound[:position]:
            if condition == same and rule.mode is former.mode:
                message = f'the condition is the same as that of "{former.name}" on line {former.line}'
                hint = "join the two: the strictest decision and all actions count anyway"
                yield Problem(file, rule.line, Severity.WARNING, message, hint)
    if len(sound) < len(checked):
        return
    stopping = [
        condition
        for rule, condition in sound
        if rule.mode is Mode.LIVE and rule.binding is Binding.FINDING and rule.decision >= Decision.HOLD
    ]
    for code in uncovered_codes(stopping, (Code.CSAM_KNOWN, Code.CANARY)):
        message = f'no live rule stops every match of code "{code}": such an upload may be allowed'
        hint = f'add a last rule that holds `finding.code == "{code}"`'
        yield Problem(file, 1, Severity.WARNING, message, hint)


def binding_of(uses: Uses) -> Binding:
    """What a rule that reads `uses` is asked for."""
    variables = {variable for variable, _ in uses}
    if variables & {"finding", "source"}:
        return Binding.FINDING
    return Binding.NOT_ASSESSED if "not_assessed" in variables else Binding.SUBJECT


def _rule(draft: Draft, condition: Node) -> Rule:
    uses = fields_of(condition)
    return Rule(
        name=draft.name,
        when=draft.when,
        decision=draft.decision,
        actions=draft.actions,
        mode=draft.mode,
        reason=draft.reason,
        line=draft.lines.header,
        binding=binding_of(uses),
        uses=uses,
        program=cel.compile(draft.when),
    )


def _binding_problems(file: str, draft: Draft, uses: Uses) -> Iterator[Problem]:
    variables = {variable for variable, _ in uses}
    if "not_assessed" in variables and variables & {"finding", "source"}:
        message = "the condition is about a finding and about a missing answer at once"
        hint = "a rule is asked for each finding or for each missing answer: write two rules"
        yield Problem(file, draft.lines.of("when"), Severity.ERROR, message, hint)


def _problem(file: str, draft: Draft, complaint: Complaint) -> Problem:
    line = draft.lines.text_of("when") + complaint.place.line - 1
    return Problem(file, line, complaint.severity, complaint.message, complaint.hint)
