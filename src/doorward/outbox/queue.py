"""Putting work into the outbox."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from doorward.ids import new_id
from doorward.storage.tables import outbox
from doorward.storage.upsert import insert


class ItemState(StrEnum):
    """`dead` was given up: it is kept for people to look at, and may be tried again by them."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


def enqueue(
    connection: Connection, *, kind: str, payload: Mapping[str, Any], dedupe_key: str, now: datetime
) -> str:
    """Order work in the caller's transaction; returns the item's id.

    What has the same `dedupe_key` is the same work: ordered twice it is done once, and both callers
    get the one id. It stays so for as long as the item is kept after it was done.
    """
    item_id = new_id("o")
    order = insert(connection, outbox).values(
        id=item_id,
        kind=kind,
        dedupe_key=dedupe_key,
        payload=dict(payload),
        state=ItemState.PENDING,
        created_at=now,
        next_attempt_at=now,
    )
    if connection.execute(order.on_conflict_do_nothing(index_elements=["dedupe_key"])).rowcount == 1:
        return item_id
    there: str = connection.execute(select(outbox.c.id).where(outbox.c.dedupe_key == dedupe_key)).scalar_one()
    return there
