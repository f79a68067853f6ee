"""The one path: subject → detectors → policy → verdict → record → answer."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

import structlog

from doorward.access.idempotency import Claim
from doorward.clock import Clock
from doorward.detectors import Deadline, Detector
from doorward.evidence.spool import Reservation
from doorward.findings import Assessment, Cause, NotAssessed
from doorward.ids import new_id
from doorward.policy.evaluate import evaluate
from doorward.policy.facts import subject_facts
from doorward.policy.required import required_for
from doorward.policy.rules import Policy
from doorward.settings import GateSettings
from doorward.subjects import Subject, SubjectKind
from doorward.verdicts import Verdict

log = structlog.get_logger(__name__)

# Which detectors this version of Doorward has a place for. One that is absent is named in every answer.
EXPECTED_DETECTORS: Mapping[SubjectKind, tuple[str, ...]] = {
    SubjectKind.UPLOAD: ("imagery",),
    SubjectKind.MESSAGE: ("conversation",),
    SubjectKind.CONTACT: ("conversation",),
    SubjectKind.ACCOUNT: ("identity",),
    SubjectKind.LINK: ("terms",),
    SubjectKind.SEARCH: ("terms",),
}

# A detector watches the deadline itself and knows best why it was missed; this is how long after it
# the gate still listens before it answers in the detector's place.
GRACE_S = 0.05


class GateUnavailable(Exception):
    """The gate cannot answer: what follows a verdict could not be written. Read it as *hold*."""


class PolicySource(Protocol):
    """Where the policy in force comes from; it may change while the gate runs."""

    def current(self) -> Policy:
        """The policy in force now."""
        ...


class Recorder(Protocol):
    """Writes a verdict and everything that must follow it."""

    async def record(
        self, subject: Subject, verdict: Verdict, reservation: Reservation | None, claim: Claim | None
    ) -> Verdict:
        """Record `verdict` and return it completed (case, evidence). Raises `GateUnavailable`."""
        ...


class Gate:
    """Brings every subject before its detectors and the policy, and records what was decided."""

    def __init__(
        self,
        *,
        detectors: Sequence[Detector],
        policy: PolicySource,
        recorder: Recorder,
        settings: GateSettings,
        clock: Clock,
        uploads_at_once: int,
    ) -> None:
        self._detectors = tuple(detectors)
        self._policy = policy
        self._recorder = recorder
        self._settings = settings
        self._clock = clock
        self._upload_slots = asyncio.Semaphore(uploads_at_once)

    async def screen(
        self, subject: Subject, *, reservation: Reservation | None = None, claim: Claim | None = None
    ) -> Verdict:
        """Assess `subject`, decide, and record the decision with what follows from it.

        `reservation` is disk space for preserving an upload, taken before its body was accepted;
        `claim` is the caller's idempotency key. Raises `GateUnavailable` where the record could not
        be written, and `access.idempotency.AlreadyAnswered` where the same request won a race.
        """
        verdict = await self.assess(subject)
        return await self._recorder.record(subject, verdict, reservation, claim)

    async def assess(self, subject: Subject) -> Verdict:
        """Assess and decide, and record nothing."""
        started = self._clock.monotonic_s()
        assessment = await self._look(subject)
        policy = self._policy.current()
        configured = self.configured(subject.kind)
        missing = (*assessment.not_assessed, *_required_but_absent(policy, subject, configured))
        facts = subject_facts(subject, assessment.facts)
        result = evaluate(policy, facts, assessment.findings, missing)
        return Verdict(
            id=new_id("v"),
            kind=subject.kind,
            decision=result.decision,
            findings=assessment.findings,
            not_assessed=missing,
            not_configured=tuple(n for n in EXPECTED_DETECTORS[subject.kind] if n not in configured),
            actions=result.actions,
            rules=result.rules,
            policy_version=policy.version,
            lists=assessment.lists,
            took_ms=(self._clock.monotonic_s() - started) * 1000,
            timings_ms=assessment.timings_ms,
            facts=assessment.facts,
        )

    def configured(self, kind: SubjectKind) -> frozenset[str]:
        """The names by which a policy may require what can look at `kind` now."""
        return frozenset().union(*(one.configured() for one in self._detectors if kind in one.kinds))

    async def _look(self, subject: Subject) -> Assessment:
        detectors = [detector for detector in self._detectors if subject.kind in detector.kinds]
        if not detectors:
            return Assessment()
        if subject.kind is not SubjectKind.UPLOAD:
            return await self._run(detectors, subject, self._settings.other_deadline_s)
        try:
            async with self._in_line():
                return await self._run(detectors, subject, self._settings.upload_deadline_s)
        except TimeoutError:
            reason = f"no place in line became free within {self._settings.waiting_limit_s:g} s"
            return _merge(_unanswered(d.name, Cause.OVERLOADED, reason) for d in detectors)

    @asynccontextmanager
    async def _in_line(self) -> AsyncIterator[None]:
        """Wait for one of the places that the decoders can keep busy.

        The deadline of an upload starts to run behind this line, so that a burst makes answers
        slower and does not make people look at a thousand harmless pictures.
        """
        async with asyncio.timeout(self._settings.waiting_limit_s):
            await self._upload_slots.acquire()
        try:
            yield
        finally:
            self._upload_slots.release()

    async def _run(self, detectors: Sequence[Detector], subject: Subject, limit_s: float) -> Assessment:
        deadline = Deadline.after(limit_s, self._clock)
        answers = await asyncio.gather(*(self._ask(one, subject, deadline, limit_s) for one in detectors))
        return _merge(answers)

    async def _ask(
        self, detector: Detector, subject: Subject, deadline: Deadline, limit_s: float
    ) -> Assessment:
        try:
            async with asyncio.timeout(limit_s + GRACE_S):
                return await detector.assess(subject, deadline)
        except TimeoutError:
            return _unanswered(detector.name, Cause.TIMEOUT, f"no answer within {limit_s:g} s")
        except Exception as error:  # whatever it is, it is not "nothing found"
            log.exception("detector failed", detector=detector.name)
            return _unanswered(detector.name, Cause.FAILED, f"the detector failed ({type(error).__name__})")


def _required_but_absent(
    policy: Policy, subject: Subject, configured: frozenset[str]
) -> Iterable[NotAssessed]:
    """Start-up refuses without these; a list may be removed later, and that must not open the gate."""
    for name in required_for(policy, subject):
        if name not in configured:
            reason = f"the policy requires `{name}` here, and it is not configured"
            yield NotAssessed(name.partition(":")[0], Cause.NOT_CONFIGURED, reason)


def _unanswered(detector: str, cause: Cause, reason: str) -> Assessment:
    return Assessment(not_assessed=(NotAssessed(detector, cause, reason, retry=True),))


def _merge(answers: Iterable[Assessment]) -> Assessment:
    merged = Assessment()
    for answer in answers:
        merged = replace(
            merged,
            findings=merged.findings + answer.findings,
            not_assessed=merged.not_assessed + answer.not_assessed,
            lists={**merged.lists, **answer.lists},
            timings_ms={**merged.timings_ms, **answer.timings_ms},
            facts={**merged.facts, **answer.facts},
        )
    return merged
