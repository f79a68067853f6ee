"""What must be shown of a rule before it is in force: that it can match, and that no score blocks."""

from collections.abc import Iterator

from doorward.findings import Code
from doorward.policy.condition.parse import parse
from doorward.policy.condition.tree import Literal, Node, Unary, text_of
from doorward.policy.problems import Problem, Severity
from doorward.policy.reach.reasons import culprits, parts_of, ranges_in
from doorward.policy.reach.search import possible
from doorward.policy.shape import Draft
from doorward.policy.vocabulary import Binding
from doorward.verdicts import Decision, Mode

_SCORE = 'finding.kind == "score"'
_ASKED_FOR = {Binding.SUBJECT: "subject", Binding.FINDING: "finding", Binding.NOT_ASSESSED: "missing answer"}


def proof_problems(file: str, draft: Draft, condition: Node, binding: Binding) -> Iterator[Problem]:
    """Problems of a rule whose condition is well typed."""
    line = draft.lines.text_of("when") + condition.place.line - 1
    if possible(condition) is False:
        yield _impossible(file, line, condition)
        return
    if draft.decision is Decision.BLOCK:
        yield from _block_problems(file, draft, condition, binding)
    if not isinstance(condition, Literal) and possible(Unary("!", condition)) is False:
        message = f"the condition is true for every {_ASKED_FOR[binding]}"
        hint = "write `true` if every subject is meant; `!=` joined by `||` is always true"
        yield Problem(file, line, Severity.WARNING, message, hint)
    yield from _dead_alternatives(file, draft, condition)
    yield from _idle_problems(file, draft, binding)


def uncovered_codes(conditions: list[Node], codes: tuple[Code, ...]) -> Iterator[Code]:
    """Those of `codes` for which a match may fulfil none of `conditions`, and would be allowed."""
    for code in codes:
        found = parse(f'finding.kind == "match" && finding.code == "{code}"')
        if possible(found, *(Unary("!", condition) for condition in conditions)) is True:
            yield code


def _impossible(file: str, line: int, condition: Node) -> Problem:
    parts = culprits(condition)
    texts = [f"`{text_of(part)}`" for part in parts]
    if len(parts) == 1:
        message = f"the rule can never match: {texts[0]} is never true"
    else:
        message = f"the rule can never match: {' and '.join(texts)} exclude each other"
    return Problem(file, line, Severity.ERROR, message, ranges_in(parts) or "write a condition about a field")


def _block_problems(file: str, draft: Draft, condition: Node, binding: Binding) -> Iterator[Problem]:
    line = draft.lines.of("decision")
    if binding is not Binding.FINDING:
        message = f"a rule about every {_ASKED_FOR[binding]} cannot block: only a match with a list can"
        hint = 'decide "hold", or name what was found, as in `finding.kind == "match" && …`'
        yield Problem(file, line, Severity.ERROR, message, hint)
    elif possible(parse(_SCORE), condition) is not False:
        message = "the rule could block a score; scores hold, and people decide"
        hint = 'begin the condition with `finding.kind == "match" && (…)`, or decide "hold"'
        yield Problem(file, line, Severity.ERROR, message, hint)


def _dead_alternatives(file: str, draft: Draft, condition: Node) -> Iterator[Problem]:
    alternatives = list(parts_of(condition, "||"))
    for part in alternatives if len(alternatives) > 1 else ():
        if possible(part) is False:
            line = draft.lines.text_of("when") + part.place.line - 1
            message = f"the alternative `{text_of(part)}` is never true"
            yield Problem(file, line, Severity.WARNING, message, ranges_in(culprits(part)))


def _idle_problems(file: str, draft: Draft, binding: Binding) -> Iterator[Problem]:
    if draft.mode is Mode.SHADOW:
        return
    line = draft.lines.of("decision")
    if binding is Binding.NOT_ASSESSED and draft.decision < Decision.HOLD:
        message = f'"{draft.decision}" lets pass what could not be assessed'
        hint = 'without this rule it is held; decide "hold" unless you answer for what passes'
        yield Problem(file, line, Severity.WARNING, message, hint)
    elif draft.decision is Decision.ALLOW and not draft.actions:
        message = 'the rule changes nothing: "allow" is what happens without it, and it orders no action'
        hint = "the strictest rule wins: to except a case, add the exception to the rule that stops it"
        yield Problem(file, line, Severity.WARNING, message, hint)
