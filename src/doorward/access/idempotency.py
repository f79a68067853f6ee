"""Answers to repeated requests.

A caller that did not hear the answer asks again under the same `Idempotency-Key` and gets the first
answer, word for word. The answer is stored in the transaction of the verdict, so a request is either
done and answered for ever the same, or not done.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from doorward.storage.tables import idempotency
from doorward.storage.upsert import insert


class KeyReused(Exception):
    """The key already stands for another request."""


class AlreadyAnswered(Exception):
    """The same request was answered meanwhile; `find` has the answer."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One request that shall be done once. Keys of different callers never meet."""

    api_key_id: str
    key: str
    fingerprint: str  # see `fingerprint`


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first answer: HTTP status and JSON body."""

    status: int
    response: Mapping[str, Any]


def fingerprint(*parts: bytes) -> str:
    """SHA-256 of what makes a request this request, with lengths, so that parts do not run together."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def find(connection: Connection, claim: Claim, now: datetime) -> StoredAnswer | None:
    """The answer that `claim` already has. Raises `KeyReused` where it is another request's."""
    alive = idempotency.c.keep_until > now
    row = connection.execute(select(idempotency).where(_is(claim), alive)).one_or_none()
    if row is None:
        return None
    if row.fingerprint != claim.fingerprint:
        raise KeyReused(
            f"the Idempotency-Key {claim.key!r} stands for another request. A new request needs a new key."
        )
    return StoredAnswer(row.status, row.response)


def record(
    connection: Connection,
    claim: Claim,
    status: int,
    response: Mapping[str, Any],
    now: datetime,
    keep_until: datetime,
) -> None:
    """Store the answer to `claim`. Raises `AlreadyAnswered`: the caller's transaction must not commit.

    An answer past its time that the retention job has not reached yet is replaced.
    """
    answer = {
        "fingerprint": claim.fingerprint,
        "status": status,
        "response": dict(response),
        "created_at": now,
        "keep_until": keep_until,
    }
    stored = connection.execute(
        insert(connection, idempotency)
        .values(api_key_id=claim.api_key_id, key=claim.key, **answer)
        .on_conflict_do_update(
            index_elements=["api_key_id", "key"], set_=answer, where=idempotency.c.keep_until <= now
        )
    )
    if stored.rowcount == 0:
        raise AlreadyAnswered(f"the request with Idempotency-Key {claim.key!r} was answered meanwhile")


def _is(claim: Claim) -> ColumnElement[bool]:
    return and_(idempotency.c.api_key_id == claim.api_key_id, idempotency.c.key == claim.key)
