"""The HTTP door before a house of cardboard: truthful fakes of every room it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI

from doorward.access import ApiKey, Scope
from doorward.access.idempotency import AlreadyAnswered, Claim, KeyReused, StoredAnswer
from doorward.casework.errors import ContextUnknown, HoldUnknown
from doorward.casework.facts import AccountFacts
from doorward.casework.holds import HeldItem, Outcome, Settled
from doorward.clock import ManualClock
from doorward.doors.http import HttpServices, create_app
from doorward.doors.http.budget import MemoryBudget
from doorward.doors.http.metrics import HouseState, Metrics
from doorward.doors.http.readiness import Readiness
from doorward.findings import Cause, Code, Finding, FindingKind, Method, NotAssessed, Variant
from doorward.lists.live import LiveList
from doorward.settings import HttpSettings
from doorward.subjects import Subject, Upload
from doorward.verdicts import Action, Decision, Mode, RuleMatch, Verdict
from doorward.wire import verdict_to_json

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class FakeAnswers:
    """Stored answers in a dictionary."""

    stored: dict[tuple[str, str], tuple[str, StoredAnswer]] = field(default_factory=dict)

    async def find(self, claim: Claim) -> StoredAnswer | None:
        found = self.stored.get((claim.api_key_id, claim.key))
        if found is None:
            return None
        if found[0] != claim.fingerprint:
            raise KeyReused("the key stands for another request")
        return found[1]

    def record(self, claim: Claim, verdict: Verdict) -> None:
        """As the recorder does it, in the verdict's transaction."""
        if (claim.api_key_id, claim.key) in self.stored:
            raise AlreadyAnswered("answered meanwhile")
        answer = StoredAnswer(200, verdict_to_json(verdict))
        self.stored[claim.api_key_id, claim.key] = (claim.fingerprint, answer)


@dataclass(frozen=True, slots=True)
class Seen:
    """A subject as it came to the gate, with its bytes, and whether there was room to preserve it."""

    subject: Subject
    data: bytes | None
    reserved: bool


@dataclass(slots=True)
class FakeGate:
    """Answers `decision` to everything and remembers what it saw; raises `failure` where there is one."""

    answers: FakeAnswers
    decision: Decision = Decision.ALLOW
    failure: Exception | None = None
    seen: list[Seen] = field(default_factory=list)

    async def screen(
        self, subject: Subject, *, reservation: Any = None, claim: Claim | None = None
    ) -> Verdict:
        if self.failure is not None:
            raise self.failure
        data = bytes(subject.body.view()) if isinstance(subject, Upload) else None
        self.seen.append(Seen(subject, data, reservation is not None))
        verdict = full_verdict(f"v_{len(self.seen)}", subject, self.decision)
        if claim is not None:
            self.answers.record(claim, verdict)
        return verdict


def full_verdict(verdict_id: str, subject: Subject, decision: Decision) -> Verdict:
    """A verdict in which every part is there."""
    finding = Finding(
        detector="imagery",
        code=Code.CANARY,
        kind=FindingKind.MATCH,
        explanation="The picture is the canary.",
        list_name="canary",
        list_version="1",
        entry="1",
        label="drawn",
        method=Method.PDQ,
        distance_bits=4,
        radius_bits=31,
        variant=Variant.PLAIN,
    )
    return Verdict(
        id=verdict_id,
        kind=subject.kind,
        decision=decision,
        findings=(finding,),
        not_assessed=(NotAssessed("imagery", Cause.TIMEOUT, "the decoder ran past 2 s", True, "canary"),),
        not_configured=("conversation",),
        actions=(Action.PRESERVE,),
        rules=(RuleMatch("r", Mode.LIVE, decision, (Action.PRESERVE,), "because", "division by zero"),),
        policy_version="1-abc",
        lists={"canary": "1"},
        case="c_1",
        preserved=True,
        took_ms=7.123,
        timings_ms={"decode": 5.0},
        facts={"sniffed": "image/png"},
    )


class FakeKeys:
    """Keys whose token is `dw_` and their name."""

    def __init__(self) -> None:
        keys = {scope.value: frozenset({scope}) for scope in Scope}
        self._keys = {f"dw_{name}": ApiKey(f"k_{name}", name, scopes, NOW) for name, scopes in keys.items()}
        self.failure: Exception | None = None

    async def lookup(self, token: str) -> ApiKey | None:
        if self.failure is not None:
            raise self.failure
        return self._keys.get(token)


@dataclass(slots=True)
class FakeSpool:
    """Counts what is reserved and not given back."""

    room: int = 1 << 30
    reserved: int = 0
    asked: list[int] = field(default_factory=list)

    def reserve(self, size: int) -> "FakeReservation | None":
        self.asked.append(size)
        if self.reserved + size > self.room:
            return None
        self.reserved += size
        return FakeReservation(self, size)


@dataclass(slots=True)
class FakeReservation:
    """A part of a `FakeSpool`."""

    spool: FakeSpool
    size: int

    def release(self) -> None:
        self.spool.reserved -= self.size
        self.size = 0


@dataclass(slots=True)
class FakeHolds:
    """Held items in a dictionary."""

    held: dict[str, HeldItem] = field(default_factory=dict)

    async def waiting(self, limit: int, after: str | None) -> Sequence[HeldItem]:
        if after is not None and after not in self.held:
            raise HoldUnknown(f"no verdict has the id {after!r}")
        names = list(self.held)
        start = 0 if after is None else names.index(after) + 1
        return [self.held[name] for name in names[start : start + limit]]

    async def settle(self, verdict: str, outcome: Outcome, by: str, reason: str) -> Settled:
        if verdict not in self.held:
            raise HoldUnknown(f"no verdict has the id {verdict!r}")
        return Settled(verdict, outcome, by, reason, NOW, changed=True)


@dataclass(slots=True)
class FakeFacts:
    """Account facts in a dictionary."""

    known: dict[str, AccountFacts] = field(default_factory=dict)

    async def put(self, account: str, facts: AccountFacts) -> None:
        self.known[account] = facts

    async def get(self, account: str) -> AccountFacts | None:
        return self.known.get(account)

    async def forget(self, account: str) -> bool:
        return self.known.pop(account, None) is not None

    async def answer(self, request_id: str, facts: AccountFacts) -> None:
        raise ContextUnknown(f"no request for context has the id {request_id!r}")


@dataclass(slots=True)
class FakeVerdicts:
    """Recorded verdicts in a dictionary."""

    recorded: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    async def find(self, verdict: str) -> Mapping[str, Any] | None:
        return self.recorded.get(verdict)


@dataclass(slots=True)
class FakeLists:
    """The lists in force."""

    lists: dict[str, LiveList] = field(default_factory=dict)

    def current(self) -> Mapping[str, LiveList]:
        return self.lists


@dataclass(slots=True)
class FakeGauges:
    """What the rest of the house would report."""

    state: HouseState = field(default_factory=HouseState)

    async def read(self) -> HouseState:
        return self.state


class Cardboard:
    """The house: every fake by name, and the application that stands before them."""

    def __init__(self, settings: HttpSettings | None = None) -> None:
        self.settings = settings or HttpSettings()
        self.clock = ManualClock(NOW)
        self.answers = FakeAnswers()
        self.gate = FakeGate(self.answers)
        self.keys = FakeKeys()
        self.spool = FakeSpool()
        self.holds = FakeHolds()
        self.facts = FakeFacts()
        self.verdicts = FakeVerdicts()
        self.lists = FakeLists()
        self.gauges = FakeGauges()
        self.metrics = Metrics()
        self.budget = MemoryBudget(self.settings.max_in_flight_bytes)
        self.readiness = Readiness({}, tuple, self.clock)

    def services(self, **others: Any) -> HttpServices:
        """All of it, with `others` in place of the fakes of the same name."""
        names = HttpServices.__dataclass_fields__
        return HttpServices(**{**{name: getattr(self, name) for name in names}, **others})

    def app(self, **others: Any) -> FastAPI:
        """The door."""
        return create_app(self.services(**others))

    @property
    def nothing_is_kept(self) -> bool:
        """Whether all memory and disk space was given back."""
        return self.budget.taken_bytes == 0 and self.spool.reserved == 0


def bearer(scope: Scope = Scope.SCREEN) -> dict[str, str]:
    """The header of a caller whose key has `scope`."""
    return {"Authorization": f"Bearer dw_{scope}"}
