"""From findings and missing answers to a decision: pure, and asked for every subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cel

from doorward.findings import Finding, FindingKind, NotAssessed
from doorward.policy import bindings
from doorward.policy.condition.constants import words_of
from doorward.policy.facts import SubjectFacts
from doorward.policy.rules import FLOOR, Policy, Rule, RuleGroup
from doorward.policy.vocabulary import Binding
from doorward.verdicts import Action, Decision, Mode, RuleMatch

# What a rule that could not be evaluated may still order. A case or a warning would say of a person
# what nobody established.
_HARMLESS = frozenset({Action.PRESERVE, Action.NOTIFY_PLATFORM})

_FLOOR_MATCH = RuleMatch(
    rule=FLOOR,
    mode=Mode.LIVE,
    decision=Decision.HOLD,
    actions=(),
    reason="Something could not be assessed and no rule says what that means, so it is held.",
)


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """The strictest decision, all actions ordered, and every rule that matched, in the policy's order."""

    decision: Decision
    actions: tuple[Action, ...]
    rules: tuple[RuleMatch, ...]


_ONLY_MATCHES_BLOCK = "held instead of blocked: only a match with an entry of a list may block"
_NOTHING = PolicyResult(Decision.ALLOW, (), ())
Matches = dict[str, RuleMatch]


def evaluate(
    policy: Policy,
    subject: SubjectFacts,
    findings: Sequence[Finding],
    not_assessed: Sequence[NotAssessed],
) -> PolicyResult:
    """Ask every rule. Same arguments, same answer; nothing is remembered, so threads may share a policy.

    All matching rules count. A rule that cannot be evaluated holds, and so does a missing answer
    about which no live rule has a word.
    """
    matches: Matches = {}
    group = policy.groups[Binding.SUBJECT]
    if group.rules:
        _ask(group, _context(group, subject), matches, may_block=False)
    group = policy.groups[Binding.FINDING]
    for finding in findings if group.rules else ():
        context = _context(group, subject, finding=finding)
        _ask(group, context, matches, may_block=finding.kind is FindingKind.MATCH)
    group = policy.groups[Binding.NOT_ASSESSED]
    answered = True
    for item in not_assessed:
        context = _context(group, subject, not_assessed=item)
        answered &= _ask(group, context, matches, may_block=False)
    if not matches and answered:
        return _NOTHING
    ordered = tuple(matches[rule.name] for rule in policy.rules if rule.name in matches)
    return _result(ordered if answered else (*ordered, _FLOOR_MATCH))


def _result(matches: tuple[RuleMatch, ...]) -> PolicyResult:
    live = [match for match in matches if match.mode is Mode.LIVE]
    decision = max((match.decision for match in live), default=Decision.ALLOW)
    ordered = {action for match in live for action in match.actions}
    return PolicyResult(decision, tuple(action for action in Action if action in ordered), matches)


def _context(
    group: RuleGroup,
    subject: SubjectFacts,
    finding: Finding | None = None,
    not_assessed: NotAssessed | None = None,
) -> Any:
    """The values of the fields that any rule of `group` reads, for all of them together."""
    variables: dict[str, Mapping[str, Any]] = {}
    for variable, used in group.fields.items():
        if variable == "subject":
            variables[variable] = {name: getattr(subject, name) for name in used}
        elif variable == "finding" and finding is not None:
            variables[variable] = {name: bindings.FINDING[name](finding) for name in used}
        elif variable == "source" and finding is not None:
            variables[variable] = {name: bindings.SOURCE[name](finding) for name in used}
        elif variable == "not_assessed" and not_assessed is not None:
            variables[variable] = {name: bindings.NOT_ASSESSED[name](not_assessed) for name in used}
    return cel.Context(variables=variables)


def _ask(group: RuleGroup, context: Any, matches: Matches, *, may_block: bool) -> bool:
    """Ask all rules of `group` and note what matched; whether a live one did."""
    answered = False
    for rule in group.rules:
        match = _match(rule, context, may_block=may_block)
        if match is not None:
            former = matches.get(rule.name)
            matches[rule.name] = match if former is None else _both(former, match)
            answered |= rule.mode is Mode.LIVE
    return answered


def _match(rule: Rule, context: Any, *, may_block: bool) -> RuleMatch | None:
    try:
        answer = rule.program.execute(context)
    except Exception as error:  # the library raises a type for each kind of fault
        return _failed(rule, f"the condition could not be evaluated: {words_of(error)}")
    if answer is False:
        return None
    if answer is not True:
        return _failed(rule, f"the condition is {answer!r}, neither true nor false")
    match = RuleMatch(rule.name, rule.mode, rule.decision, rule.actions, rule.reason)
    if rule.decision is Decision.BLOCK and not may_block:
        return replace(match, decision=Decision.HOLD, error=_ONLY_MATCHES_BLOCK)
    return match


def _failed(rule: Rule, error: str) -> RuleMatch:
    actions = tuple(action for action in rule.actions if action in _HARMLESS)
    return RuleMatch(rule.name, rule.mode, Decision.HOLD, actions, rule.reason, error)


def _both(first: RuleMatch, second: RuleMatch) -> RuleMatch:
    """One record of a rule that matched twice: the stricter, with all actions and the first error."""
    stricter = second if second.decision > first.decision else first
    ordered = {*first.actions, *second.actions}
    return replace(
        stricter,
        actions=tuple(action for action in Action if action in ordered),
        error=first.error or second.error,
    )
