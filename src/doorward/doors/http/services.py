"""What this door needs of the house: small protocols, so that the door can be tried without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from fastapi import Request

from doorward.access import ApiKey
from doorward.access.idempotency import Claim, StoredAnswer
from doorward.casework.facts import AccountFacts
from doorward.casework.holds import HeldItem, Outcome, Settled
from doorward.clock import Clock
from doorward.doors.http.budget import MemoryBudget
from doorward.doors.http.metrics import HouseGauges, Metrics
from doorward.doors.http.readiness import Readiness
from doorward.lists.live import LiveList
from doorward.settings import HttpSettings
from doorward.subjects import Subject
from doorward.verdicts import Verdict


class Reservation(Protocol):
    """Disk space kept for one body."""

    def release(self) -> None:
        """Give the space back, unless it was used; twice is once."""
        ...


class ScreeningGate(Protocol):
    """The one path."""

    async def screen(
        self, subject: Subject, *, reservation: Any = None, claim: Claim | None = None
    ) -> Verdict:
        """The recorded verdict. Raises `GateUnavailable`, `AlreadyAnswered`."""
        ...


class KeyLookup(Protocol):
    """Who holds which API key."""

    async def lookup(self, token: str) -> ApiKey | None:
        """The living key with this token. Raises `DatabaseUnavailable`."""
        ...


class StoredAnswers(Protocol):
    """Answers to requests that carried an `Idempotency-Key`."""

    async def find(self, claim: Claim) -> StoredAnswer | None:
        """The answer given before. Raises `KeyReused` where the key belongs to another request."""
        ...


class SpoolSpace(Protocol):
    """Disk space for what may have to be preserved."""

    def reserve(self, size: int) -> Reservation | None:
        """Room for `size` bytes, or `None`: then the gate answers hold with `preserved: false`."""
        ...


class HoldDesk(Protocol):
    """Items that wait for a person. Raises what `casework.holds` raises."""

    async def waiting(self, limit: int, after: str | None) -> Sequence[HeldItem]:
        """One page, the longest waiting first; `after` is the last verdict of the page before."""
        ...

    async def settle(self, verdict: str, outcome: Outcome, by: str, reason: str) -> Settled:
        """End a hold as `by` decided."""
        ...


class FactsShelf(Protocol):
    """What the platform lends about accounts. Raises what `casework.facts` and `context` raise."""

    async def put(self, account: str, facts: AccountFacts) -> None:
        """Keep `facts` in place of what was known before."""
        ...

    async def get(self, account: str) -> AccountFacts | None:
        """What is known."""
        ...

    async def forget(self, account: str) -> bool:
        """Delete it; whether there was anything."""
        ...

    async def answer(self, request_id: str, facts: AccountFacts) -> None:
        """Take the reply to a `context.requested` webhook."""
        ...


class VerdictArchive(Protocol):
    """Verdicts of the past."""

    async def find(self, verdict: str) -> Mapping[str, Any] | None:
        """The recorded verdict as JSON."""
        ...


class ListsInForce(Protocol):
    """The hash lists that uploads are compared with."""

    def current(self) -> Mapping[str, LiveList]:
        """Every list by name."""
        ...


@dataclass(frozen=True, slots=True)
class HttpServices:
    """Everything this door is given."""

    gate: ScreeningGate
    keys: KeyLookup
    answers: StoredAnswers
    spool: SpoolSpace
    holds: HoldDesk
    facts: FactsShelf
    verdicts: VerdictArchive
    lists: ListsInForce
    readiness: Readiness
    gauges: HouseGauges
    metrics: Metrics
    budget: MemoryBudget
    settings: HttpSettings
    clock: Clock


def services_of(request: Request) -> HttpServices:
    """The services of the application that answers `request`."""
    return cast(HttpServices, request.app.state.services)
