"""The protocol that every detector keeps."""

from dataclasses import dataclass, field
from typing import Protocol

from doorward.clock import Clock
from doorward.findings import Assessment
from doorward.subjects import Subject, SubjectKind


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock by which an answer is owed."""

    at_s: float
    clock: Clock

    @classmethod
    def after(cls, seconds: float, clock: Clock) -> "Deadline":
        """The deadline `seconds` from now."""
        return cls(clock.monotonic_s() + seconds, clock)

    def remaining_s(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.at_s - self.clock.monotonic_s())


@dataclass(frozen=True, slots=True)
class Readiness:
    """How a detector is at this moment, for people and balancers.

    `warnings` are for people: "list 'x' expires in 9 days". `failures` mean that it cannot work.
    """

    warnings: tuple[str, ...] = ()
    failures: tuple[str, ...] = field(default=())


class Detector(Protocol):
    """Answers one question about a subject.

    A detector knows nothing of other detectors, of doors, of the policy or of other rooms' tables,
    so that each can be tried, replaced and timed alone. It is asynchronous because the gate runs
    all that apply at once; CPU work belongs in worker processes or threads, never on the loop.
    """

    @property
    def name(self) -> str:
        """The name used in findings, policy and metrics."""
        ...

    @property
    def kinds(self) -> frozenset[SubjectKind]:
        """Which kinds of subject it looks at."""
        ...

    def configured(self) -> frozenset[str]:
        """The names by which a policy may require what it can do now; cheap, called for every subject.

        Its own name ("imagery") when it has what it needs, and "imagery:csam_known" for each code that
        it can find.
        """
        ...

    def readiness(self) -> Readiness:
        """How it is; called every few seconds."""
        ...

    async def assess(self, subject: Subject, deadline: Deadline) -> Assessment:
        """Look at `subject` and answer before `deadline`.

        What it could not look at it returns as `NotAssessed`; whatever it raises, and an answer
        that comes too late, the gate turns into `NotAssessed`.
        """
        ...
