"""The shipped policy keeps the promises, finding by finding."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.findings import Cause, Code, Finding, FindingKind, Method, NotAssessed, Variant
from doorward.policy.evaluate import PolicyResult, evaluate
from doorward.policy.facts import SubjectFacts
from doorward.policy.load import default_text, parse_policy
from doorward.policy.rules import FLOOR
from doorward.subjects import SubjectKind
from doorward.verdicts import Action, Decision

POLICY = parse_policy(default_text(), "policy.toml")
UPLOAD = SubjectFacts(SubjectKind.UPLOAD)
KNOWN = Finding("imagery", Code.CSAM_KNOWN, FindingKind.MATCH, "It is listed.", list_name="hotline-north")
ALL_HELD = (Action.PRESERVE, Action.OPEN_CASE, Action.NOTIFY_PLATFORM)


def judged(*findings: Finding) -> PolicyResult:
    return evaluate(POLICY, UPLOAD, findings, [])


def pdq(distance_bits: int, variant: Variant = Variant.PLAIN, radius_bits: int = 31) -> Finding:
    return replace(
        KNOWN, method=Method.PDQ, distance_bits=distance_bits, radius_bits=radius_bits, variant=variant
    )


def test_it_is_accepted_without_any_doubt() -> None:
    assert POLICY.warnings == ()


def test_it_requires_nothing_until_the_operator_says_so() -> None:
    assert POLICY.required == {}


def test_the_required_example_in_it_works_when_its_comment_sign_is_taken_away() -> None:
    text = default_text().replace("# upload =", "upload =")
    assert parse_policy(text, "policy.toml").required == {"upload": ("imagery", "imagery:csam_known")}


@pytest.mark.parametrize("method", [Method.MD5, Method.SHA1, Method.SHA256])
def test_a_byte_identical_copy_is_blocked_kept_and_brought_before_people(method: Method) -> None:
    result = judged(replace(KNOWN, method=method))
    assert (result.decision, result.actions) == (Decision.BLOCK, ALL_HELD)
    assert [match.rule for match in result.rules] == ["known-file"]


@pytest.mark.parametrize("distance_bits", [0, 20, 21, 31])
def test_a_plain_picture_within_the_lists_radius_is_blocked(distance_bits: int) -> None:
    result = judged(pdq(distance_bits))
    assert (result.decision, result.actions) == (Decision.BLOCK, ALL_HELD)


OTHER_VARIANTS = [variant for variant in Variant if variant is not Variant.PLAIN]


@pytest.mark.parametrize("variant", OTHER_VARIANTS)
@pytest.mark.parametrize(
    ("distance_bits", "decision"),
    [(0, Decision.BLOCK), (20, Decision.BLOCK), (21, Decision.HOLD), (31, Decision.HOLD)],
)
def test_another_rendering_is_held_unless_very_near(
    variant: Variant, distance_bits: int, decision: Decision
) -> None:
    result = judged(pdq(distance_bits, variant))
    assert (result.decision, result.actions) == (decision, ALL_HELD)


def test_the_canary_is_blocked_and_nothing_else_happens() -> None:
    result = judged(replace(pdq(3), code=Code.CANARY))
    assert (result.decision, result.actions) == (Decision.BLOCK, ())


@pytest.mark.parametrize(("distance_bits", "decision"), [(4, Decision.BLOCK), (40, Decision.HOLD)])
def test_of_an_intimate_image_no_copy_is_kept(distance_bits: int, decision: Decision) -> None:
    result = judged(replace(pdq(distance_bits), code=Code.NCII))
    assert result.decision is decision
    assert result.actions == (Action.OPEN_CASE, Action.NOTIFY_PLATFORM)


@pytest.mark.parametrize("kind", list(FindingKind))
def test_suspected_material_is_held_for_a_person(kind: FindingKind) -> None:
    result = judged(Finding("classifier", Code.CSAM_SUSPECTED, kind, "It looks like it.", strength=0.999))
    assert (result.decision, result.actions) == (Decision.HOLD, (Action.PRESERVE, Action.OPEN_CASE))


@pytest.mark.parametrize("cause", list(Cause))
def test_whatever_could_not_be_assessed_is_held_by_a_rule_of_its_own(cause: Cause) -> None:
    result = evaluate(POLICY, UPLOAD, [], [NotAssessed("imagery", cause, "it could not look")])
    assert result.decision is Decision.HOLD
    assert FLOOR not in [match.rule for match in result.rules]
    assert len(result.rules) == 1


findings = st.builds(
    Finding,
    detector=st.just("imagery"),
    code=st.sampled_from(Code),
    kind=st.sampled_from(FindingKind),
    explanation=st.just("seen"),
    strength=st.floats(0, 1),
    list_name=st.none() | st.just("hotline-north"),
    method=st.none() | st.sampled_from(Method),
    distance_bits=st.none() | st.integers(0, 256),
    radius_bits=st.none() | st.integers(0, 63),
    variant=st.none() | st.sampled_from(Variant),
)


@settings(deadline=None, max_examples=150)
@given(findings)
def test_no_finding_whatsoever_is_allowed_and_no_score_is_blocked(finding: Finding) -> None:
    result = judged(finding)
    assert result.decision >= Decision.HOLD
    assert [match.error for match in result.rules] == [None] * len(result.rules)
    if finding.kind is FindingKind.SCORE:
        assert result.decision is Decision.HOLD


@settings(deadline=None, max_examples=150)
@given(findings)
def test_each_finding_is_spoken_of_by_exactly_one_rule(finding: Finding) -> None:
    assert len(judged(finding).rules) == 1
