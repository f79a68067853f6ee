"""From findings and missing answers to a decision."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.findings import Cause, Code, Finding, FindingKind, Method, NotAssessed, Variant
from doorward.policy.evaluate import PolicyResult, evaluate
from doorward.policy.facts import SubjectFacts
from doorward.policy.load import parse_policy
from doorward.policy.rules import FLOOR, Policy
from doorward.policy.vocabulary import Binding
from doorward.subjects import SubjectKind
from doorward.verdicts import Action, Decision, Mode

UPLOAD = SubjectFacts(SubjectKind.UPLOAD, surface="avatar", size_bytes=1000)
MATCH = Finding(
    detector="imagery",
    code=Code.CSAM_KNOWN,
    kind=FindingKind.MATCH,
    explanation="It is within 4 bits of an entry.",
    list_name="hotline-north",
    list_version="3-abc",
    method=Method.PDQ,
    distance_bits=4,
    radius_bits=31,
    variant=Variant.PLAIN,
)
SCORE = Finding("classifier", Code.CSAM_SUSPECTED, FindingKind.SCORE, "It looks like it.", strength=0.99)
MISSING = NotAssessed("imagery", Cause.TIMEOUT, "the decoder ran past 2.0 s", retry=True)


def rule(name: str, when: str, decision: str = "hold", actions: str = "[]", mode: str = "live") -> str:
    return (
        f"[[rule]]\nname = '{name}'\nwhen = '{when}'\ndecision = '{decision}'\n"
        f"actions = {actions}\nmode = '{mode}'\nreason = 'Because of {name}.'\n"
    )


def policy(*rules: str) -> Policy:
    return parse_policy("\n".join(rules), "policy.toml")


def decide(rules: Policy, *seen: Finding | NotAssessed) -> PolicyResult:
    findings = [item for item in seen if isinstance(item, Finding)]
    missing = [item for item in seen if isinstance(item, NotAssessed)]
    return evaluate(rules, UPLOAD, findings, missing)


BLOCK_MATCHES = rule("block-matches", 'finding.kind == "match"', "block", '["preserve"]')


def test_nothing_found_and_nothing_missing_is_allowed() -> None:
    assert decide(policy(BLOCK_MATCHES)) == PolicyResult(Decision.ALLOW, (), ())


def test_the_strictest_decision_wins_and_all_actions_are_ordered() -> None:
    rules = policy(
        rule("tell", 'finding.kind == "match"', "warn", '["notify_platform", "warn_user"]'),
        rule("stop", "finding.distance >= 0", "hold", '["open_case"]'),
        BLOCK_MATCHES,
        rule("ignore", 'finding.code == "csam_known"', "allow", '["open_case"]'),
    )
    result = decide(rules, MATCH)
    assert result.decision is Decision.BLOCK
    assert result.actions == (Action.PRESERVE, Action.OPEN_CASE, Action.NOTIFY_PLATFORM, Action.WARN_USER)
    assert [match.rule for match in result.rules] == ["tell", "stop", "block-matches", "ignore"]


def test_a_matching_rule_is_recorded_with_its_reason() -> None:
    (match,) = decide(policy(BLOCK_MATCHES), MATCH).rules
    assert (match.reason, match.mode, match.error) == ("Because of block-matches.", Mode.LIVE, None)


def test_a_rule_that_matches_several_findings_is_recorded_once() -> None:
    assert len(decide(policy(BLOCK_MATCHES), MATCH, MATCH).rules) == 1


def test_a_rule_about_the_subject_is_asked_once_and_needs_no_finding() -> None:
    rules = policy(rule("avatars", 'subject.surface == "avatar" && subject.size_bytes == 1000'))
    assert decide(rules).decision is Decision.HOLD


def test_a_rule_may_be_about_every_subject() -> None:
    assert decide(policy(rule("everything", "true", "warn"))).decision is Decision.WARN


def test_a_rule_about_a_finding_may_ask_for_the_subject_and_the_list() -> None:
    rules = policy(rule("both", 'source.name == "hotline-north" && subject.surface == "avatar"'))
    assert decide(rules, MATCH).decision is Decision.HOLD
    assert decide(rules, replace(MATCH, list_name="other")).decision is Decision.ALLOW


def test_shadow_rules_are_recorded_and_decide_nothing() -> None:
    rules = policy(rule("trial", 'finding.kind == "match"', "block", '["open_case"]', mode="shadow"))
    result = decide(rules, MATCH)
    assert (result.decision, result.actions) == (Decision.ALLOW, ())
    assert [(match.rule, match.mode, match.decision) for match in result.rules] == [
        ("trial", Mode.SHADOW, Decision.BLOCK)
    ]


# --- Missing answers ----------------------------------------------------------------------------


def test_a_missing_answer_without_a_rule_is_held() -> None:
    result = decide(policy(BLOCK_MATCHES), MISSING)
    assert result.decision is Decision.HOLD
    assert [match.rule for match in result.rules] == [FLOOR]


def test_a_shadow_rule_does_not_speak_for_a_missing_answer() -> None:
    rules = policy(rule("trial", "not_assessed.retry", "allow", mode="shadow"))
    assert decide(rules, MISSING).decision is Decision.HOLD


def test_a_live_rule_may_let_a_missing_answer_pass_in_the_operators_own_name() -> None:
    rules = policy(rule("pass", 'not_assessed.cause == "timeout"', "allow"))
    assert decide(rules, MISSING).decision is Decision.ALLOW


def test_each_missing_answer_needs_a_rule_of_its_own() -> None:
    rules = policy(rule("pass", 'not_assessed.cause == "timeout"', "allow"))
    other = NotAssessed("conversation", Cause.FAILED, "it failed")
    result = decide(rules, MISSING, other)
    assert result.decision is Decision.HOLD
    assert [match.rule for match in result.rules] == ["pass", FLOOR]


def test_a_rule_about_something_else_does_not_speak_for_a_missing_answer() -> None:
    rules = policy(rule("avatars", 'subject.surface == "avatar"', "warn"))
    assert decide(rules, MISSING).decision is Decision.HOLD


def test_what_was_found_counts_beside_what_is_missing() -> None:
    assert decide(policy(BLOCK_MATCHES), MATCH, MISSING).decision is Decision.BLOCK


# --- Rules that fail ----------------------------------------------------------------------------

DIVIDES = rule(
    "divides", "subject.size_bytes / subject.width_px > 10", "warn", '["open_case", "preserve", "warn_user"]'
)
NO_WIDTH = replace(UPLOAD, width_px=0)


def test_a_rule_that_divides_by_zero_holds_and_says_so() -> None:
    result = evaluate(policy(DIVIDES), NO_WIDTH, [], [])
    assert result.decision is Decision.HOLD
    assert result.rules[0].error == "the condition could not be evaluated: it divides by zero"


def test_a_rule_that_fails_opens_no_case_and_warns_nobody() -> None:
    assert evaluate(policy(DIVIDES), NO_WIDTH, [], []).actions == (Action.PRESERVE,)


def test_a_shadow_rule_that_fails_is_only_recorded() -> None:
    rules = policy(rule("trial", "subject.size_bytes / subject.width_px > 10", mode="shadow"))
    result = evaluate(rules, NO_WIDTH, [], [])
    assert result.decision is Decision.ALLOW
    assert result.rules[0].error is not None


def test_a_rule_that_fails_for_one_finding_is_still_asked_for_the_others() -> None:
    rules = policy(rule("ratio", 'finding.kind == "match" && 100 / finding.distance > 10', "block"))
    result = decide(rules, replace(MATCH, distance_bits=0), MATCH)
    assert result.decision is Decision.BLOCK
    assert result.rules[0].error is not None


def test_a_condition_that_answers_neither_true_nor_false_holds() -> None:
    class Odd:
        def execute(self, _context: object) -> str:
            return "perhaps"

    (sound,) = policy(BLOCK_MATCHES).rules
    rules = Policy((replace(sound, program=Odd()),), {}, "v", "policy.toml")
    assert decide(rules, MATCH).decision is Decision.HOLD


# --- Scores never block ---------------------------------------------------------------------------


def forced_to_block(when: str, binding: Binding) -> Policy:
    """A policy such as the checker never lets through: built past it, with a blocking rule."""
    (held,) = policy(rule("forced", when)).rules
    assert held.binding is binding
    return Policy((replace(held, decision=Decision.BLOCK),), {}, "v", "policy.toml")


def test_a_score_is_held_even_where_a_rule_past_the_checker_blocks_it() -> None:
    result = decide(forced_to_block("finding.strength > 0.9", Binding.FINDING), SCORE)
    assert result.decision is Decision.HOLD
    assert result.rules[0].error == "held instead of blocked: only a match with an entry of a list may block"


def test_the_same_rule_blocks_a_match() -> None:
    result = decide(forced_to_block("finding.strength > 0.9", Binding.FINDING), SCORE, MATCH)
    assert result.decision is Decision.BLOCK


@pytest.mark.parametrize(
    ("when", "binding"),
    [("subject.has_account || true", Binding.SUBJECT), ("not_assessed.retry", Binding.NOT_ASSESSED)],
)
def test_without_a_match_nothing_is_blocked(when: str, binding: Binding) -> None:
    assert decide(forced_to_block(when, binding), MISSING).decision is Decision.HOLD


WHENS = [
    "true",
    'finding.kind == "match"',
    "finding.strength > 0.5",
    "not_assessed.retry",
    "1 / subject.width_px > 0",
]
drafts = st.lists(
    st.tuples(st.sampled_from(WHENS), st.sampled_from(Decision), st.sampled_from(Mode)),
    min_size=1,
    max_size=5,
)
seen = st.lists(st.sampled_from([MATCH, SCORE, MISSING]), max_size=4)
_PARTS = {when: policy(rule("part", when)).rules[0] for when in WHENS}


@settings(deadline=None)
@given(drafts, seen, st.sampled_from([UPLOAD, NO_WIDTH]))
def test_whatever_the_rules_a_missing_answer_never_passes_unspoken_and_a_score_never_blocks(
    parts: list[tuple[str, Decision, Mode]], items: list[Finding | NotAssessed], subject: SubjectFacts
) -> None:
    rules = Policy(
        tuple(
            replace(_PARTS[when], name=f"r{i}", decision=decision, mode=mode)
            for i, (when, decision, mode) in enumerate(parts)
        ),
        {},
        "v",
        "policy.toml",
    )
    findings = [item for item in items if isinstance(item, Finding)]
    missing = [item for item in items if isinstance(item, NotAssessed)]
    result = evaluate(rules, subject, findings, missing)
    spoken = any(when == "not_assessed.retry" and mode is Mode.LIVE for when, _, mode in parts)
    if missing and not spoken:
        assert result.decision >= Decision.HOLD
    if MATCH not in findings:
        assert result.decision < Decision.BLOCK
    live = [match for match in result.rules if match.mode is Mode.LIVE]
    assert result.decision == max((match.decision for match in live), default=Decision.ALLOW)
