"""The rooms of the house, served to this door: each call is one transaction off the event loop."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from doorward.access import idempotency
from doorward.access.idempotency import Claim, StoredAnswer
from doorward.casework import context, facts, holds
from doorward.casework.facts import AccountFacts
from doorward.casework.holds import HeldItem, Outcome, Settled
from doorward.clock import Clock
from doorward.evidence import MasterKey
from doorward.storage import Database
from doorward.storage.tables import findings, verdicts


class AnswersInDatabase:
    """`StoredAnswers`, from the table that the recorder writes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, claim: Claim) -> StoredAnswer | None:
        return await self._database.read_async(lambda c: idempotency.find(c, claim, self._clock.now()))


class HoldsInDatabase:
    """`HoldDesk`. `notify` says whether there is a platform to be told."""

    def __init__(self, database: Database, clock: Clock, *, notify: bool) -> None:
        self._database = database
        self._clock = clock
        self._notify = notify

    async def waiting(self, limit: int, after: str | None) -> Sequence[HeldItem]:
        return await self._database.read_async(lambda c: holds.list_held(c, limit=limit, after=after))

    async def settle(self, verdict: str, outcome: Outcome, by: str, reason: str) -> Settled:
        now = self._clock.now()
        return await self._database.write_async(
            lambda c: holds.settle(c, verdict, outcome, by=by, reason=reason, now=now, notify=self._notify)
        )


class FactsInDatabase:
    """`FactsShelf`, encrypted under the master key and kept for `keep`."""

    def __init__(self, database: Database, clock: Clock, key: MasterKey, keep: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._keep = keep

    async def put(self, account: str, told: AccountFacts) -> None:
        now = self._clock.now()
        until = now + self._keep
        await self._database.write_async(
            lambda c: facts.put(c, self._key, account, told, now=now, keep_until=until)
        )

    async def get(self, account: str) -> AccountFacts | None:
        now = self._clock.now()
        return await self._database.read_async(lambda c: facts.get(c, self._key, account, now=now))

    async def forget(self, account: str) -> bool:
        return await self._database.write_async(lambda c: facts.forget(c, account))

    async def answer(self, request_id: str, told: AccountFacts) -> None:
        now = self._clock.now()
        until = now + self._keep
        await self._database.write_async(
            lambda c: context.answer(c, self._key, request_id, told, now=now, keep_until=until)
        )


class VerdictsInDatabase:
    """`VerdictArchive`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, verdict: str) -> Mapping[str, Any] | None:
        return await self._database.read_async(lambda c: _verdict(c, verdict))


def _verdict(connection: Connection, verdict_id: str) -> Mapping[str, Any] | None:
    row = connection.execute(select(verdicts).where(verdicts.c.id == verdict_id)).one_or_none()
    if row is None:
        return None
    body = {
        "verdict": row.id,
        "kind": row.kind,
        "decision": row.decision,
        "state": row.state,
        "created_at": row.created_at.isoformat(),
        "findings": _findings(connection, verdict_id),
        "not_assessed": row.not_assessed,
        "not_configured": row.not_configured,
        "actions": row.actions,
        "rules": row.rules,
        "policy": row.policy_version,
        "lists": row.lists,
        "facts": row.facts,
        "took_ms": round(row.took_ms, 2),
        "case": row.case_id,
        "preserved": row.preserved,
        "settled_at": row.settled_at and row.settled_at.isoformat(),
        "settled_by": row.settled_by,
        "settled_reason": row.settled_reason,
    }
    return {name: value for name, value in body.items() if value is not None}


def _findings(connection: Connection, verdict_id: str) -> list[Any]:
    query = select(findings.c.body).where(findings.c.verdict_id == verdict_id)
    return list(connection.execute(query.order_by(findings.c.position)).scalars())
