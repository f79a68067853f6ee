"""The one path, with detectors that misbehave in every way a detector can."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from doorward.access.idempotency import Claim
from doorward.bodies import MemoryBody
from doorward.clock import SystemClock
from doorward.detectors import Deadline, Detector, Readiness
from doorward.evidence.spool import Reservation
from doorward.findings import Assessment, Cause, FindingKind, NotAssessed
from doorward.gate import EXPECTED_DETECTORS, Gate
from doorward.policy.load import default_text, parse_policy
from doorward.policy.rules import Policy
from doorward.settings import GateSettings
from doorward.subjects import Account, Contact, Link, Message, Search, Subject, SubjectKind, Upload
from doorward.verdicts import Decision, Verdict
from support.casefiles import SAME_FILE


@dataclass(slots=True)
class _Policy:
    policy: Policy

    def current(self) -> Policy:
        return self.policy


@dataclass(slots=True)
class _Remembered:
    """A recorder that remembers, and changes nothing."""

    verdicts: list[Verdict] = field(default_factory=list)

    async def record(
        self, subject: Subject, verdict: Verdict, reservation: Reservation | None, claim: Claim | None
    ) -> Verdict:
        self.verdicts.append(verdict)
        return verdict


@dataclass(slots=True)
class _Detector:
    """Answers `answer` after `pause_s`, or raises `error`."""

    name: str = "imagery"
    kinds: frozenset[SubjectKind] = frozenset({SubjectKind.UPLOAD})
    answer: Assessment = field(default_factory=Assessment)
    pause_s: float = 0.0
    error: Exception | None = None
    names: frozenset[str] = frozenset({"imagery"})
    at_once: int = 0
    most_at_once: int = 0

    def configured(self) -> frozenset[str]:
        return self.names

    def readiness(self) -> Readiness:
        return Readiness()

    async def assess(self, subject: Subject, deadline: Deadline) -> Assessment:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.pause_s)
        finally:
            self.at_once -= 1
        if self.error is not None:
            raise self.error
        return self.answer


def _gate(
    *detectors: Detector,
    policy: str = "",
    settings: GateSettings | None = None,
    recorder: _Remembered | None = None,
    uploads_at_once: int = 4,
) -> Gate:
    return Gate(
        detectors=detectors,
        policy=_Policy(parse_policy(policy or default_text(), "policy.toml")),
        recorder=recorder or _Remembered(),
        settings=settings or GateSettings(upload_deadline_s=0.1),
        clock=SystemClock(),
        uploads_at_once=uploads_at_once,
    )


def _screen(gate: Gate, subject: Subject | None = None) -> Verdict:
    return asyncio.run(gate.screen(subject or Upload(MemoryBody.of(b"x"))))


def test_what_no_detector_finds_is_allowed_and_recorded_as_such() -> None:
    recorder = _Remembered()
    verdict = _screen(_gate(_Detector(), recorder=recorder))
    assert verdict.decision is Decision.ALLOW
    assert recorder.verdicts == [verdict]
    assert verdict.id.startswith("v_")


def test_a_match_with_a_list_is_blocked_by_the_shipped_policy() -> None:
    verdict = _screen(_gate(_Detector(answer=Assessment(findings=(SAME_FILE,), lists={"a": "1"}))))
    assert verdict.decision is Decision.BLOCK
    assert verdict.lists == {"a": "1"}


def test_a_detector_that_raises_is_not_taken_for_one_that_found_nothing() -> None:
    verdict = _screen(_gate(_Detector(error=ZeroDivisionError("secret content"))))
    assert verdict.decision is Decision.HOLD
    assert [item.cause for item in verdict.not_assessed] == [Cause.FAILED]
    assert "secret content" not in verdict.not_assessed[0].reason


def test_a_detector_that_hangs_is_answered_for_at_the_deadline() -> None:
    verdict = _screen(_gate(_Detector(pause_s=30)))
    assert verdict.decision is Decision.HOLD
    assert [item.cause for item in verdict.not_assessed] == [Cause.TIMEOUT]
    assert verdict.took_ms < 5_000


def test_one_detector_that_hangs_does_not_take_away_what_another_found() -> None:
    found = Assessment(findings=(SAME_FILE,))
    verdict = _screen(_gate(_Detector(pause_s=30), _Detector(name="other", answer=found)))
    assert verdict.decision is Decision.BLOCK
    assert len(verdict.not_assessed) == 1


def test_detectors_run_side_by_side() -> None:
    slow = [_Detector(name=f"d{i}", pause_s=0.06) for i in range(4)]
    assert _screen(_gate(*slow)).not_assessed == ()  # one after the other they would miss the deadline


def test_uploads_wait_in_line_before_their_deadline_runs() -> None:
    detector = _Detector(pause_s=0.05)
    gate = _gate(detector, uploads_at_once=2)

    async def many() -> Sequence[Verdict]:
        return await asyncio.gather(*(gate.screen(Upload(MemoryBody.of(b"x"))) for _ in range(12)))

    verdicts = asyncio.run(many())
    assert {verdict.decision for verdict in verdicts} == {Decision.ALLOW}
    assert detector.most_at_once == 2


def test_who_waits_in_line_for_too_long_is_held() -> None:
    settings = GateSettings(upload_deadline_s=5, waiting_limit_s=0.05)
    gate = _gate(_Detector(pause_s=0.5), settings=settings, uploads_at_once=1)

    async def two() -> Sequence[Verdict]:
        return await asyncio.gather(*(gate.screen(Upload(MemoryBody.of(b"x"))) for _ in range(2)))

    first, second = asyncio.run(two())
    assert first.decision is Decision.ALLOW
    assert second.decision is Decision.HOLD
    assert [item.cause for item in second.not_assessed] == [Cause.OVERLOADED]


def test_a_place_in_line_is_given_back_after_a_failure() -> None:
    gate = _gate(_Detector(error=RuntimeError()), uploads_at_once=1)

    async def thrice() -> list[Verdict]:
        return [await gate.screen(Upload(MemoryBody.of(b"x"))) for _ in range(3)]

    assert {item.not_assessed[0].cause for item in asyncio.run(thrice())} == {Cause.FAILED}


@pytest.mark.parametrize(
    "subject",
    [
        Message("hello", "c"),
        Contact("b"),
        Account(names=("Sam Example",)),
        Link("https://example.org/"),
        Search("landscapes"),
    ],
    ids=lambda subject: str(subject.kind),
)
def test_a_subject_without_a_detector_says_so(subject: Subject) -> None:
    verdict = _screen(_gate(_Detector()), subject)
    assert verdict.decision is Decision.ALLOW
    assert verdict.not_configured == EXPECTED_DETECTORS[subject.kind]


def test_a_detector_without_a_list_looks_and_is_named_as_not_configured() -> None:
    verdict = _screen(_gate(_Detector(names=frozenset({"imagery:canary"}))))
    assert verdict.not_configured == ("imagery",)


def test_what_the_policy_requires_and_is_gone_holds_everything_of_that_kind() -> None:
    policy = '[required]\nupload = ["imagery:csam_known"]\n' + default_text().replace("[required]\n", "")
    verdict = _screen(_gate(_Detector(), policy=policy))
    assert verdict.decision is Decision.HOLD
    assert [item.cause for item in verdict.not_assessed] == [Cause.NOT_CONFIGURED]
    assert "imagery:csam_known" in verdict.not_assessed[0].reason


def test_a_score_is_held_where_a_match_is_blocked() -> None:
    score = replace(SAME_FILE, kind=FindingKind.SCORE, method=None, strength=1.0)
    assert _screen(_gate(_Detector(answer=Assessment(findings=(score,))))).decision is Decision.HOLD


def test_a_missing_answer_is_at_least_held_even_beside_nothing_else() -> None:
    missing = NotAssessed("imagery", Cause.UNDECODABLE, "it could not be decoded")
    assert _screen(_gate(_Detector(answer=Assessment(not_assessed=(missing,))))).decision is Decision.HOLD
