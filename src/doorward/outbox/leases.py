"""The life of an item in the database: claimed, and then done, put off or given up.

A claim is a lease: it names the runner and ends by itself, so that the items of a runner that died
are taken over. An attempt is counted when it begins, so that an item that kills its runner ends among
the dead letters too. Whoever comes too late, after its lease went to another, changes nothing; only a
delivery that happened is always recorded, since it did happen.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, update

from doorward.outbox.delivery import OutboxItem
from doorward.outbox.queue import ItemState
from doorward.storage.tables import outbox

ERROR_LENGTH = 500  # of an error kept with an item


@dataclass(frozen=True, slots=True)
class Claimant:
    """A runner: its name, unique among processes, and how long a claim of its holds."""

    owner: str
    lease: timedelta


def is_due(connection: Connection, kinds: Collection[str], now: datetime) -> bool:
    """Whether there is anything to claim; a look that takes no lock."""
    return connection.execute(_due(kinds, now).limit(1)).first() is not None


def claim(
    connection: Connection, kinds: Collection[str], claimant: Claimant, now: datetime, limit: int
) -> tuple[OutboxItem, ...]:
    """Lease up to `limit` items that are due, the longest waiting first.

    PostgreSQL passes over rows that another runner is claiming at this moment; SQLite admits one
    writer at a time anyway.
    """
    due = _due(kinds, now).order_by(outbox.c.next_attempt_at, outbox.c.id).limit(limit)
    ids = connection.execute(due.with_for_update(skip_locked=True)).scalars().all()
    if not ids:
        return ()
    rows = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(lease_owner=claimant.owner, lease_until=now + claimant.lease, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.kind, outbox.c.payload, outbox.c.attempts, outbox.c.created_at)
    )
    by_id = {row.id: OutboxItem(*row) for row in rows}
    return tuple(by_id[item_id] for item_id in ids)


def take_back(connection: Connection, owners: str) -> int:
    """End the leases of runners whose names begin with `owners`; returns how many items that freed.

    For a server that starts where another was killed and knows, by the lock it holds, that those
    runners are no more: what they had in hand need not wait for its lease to end.
    """
    theirs = outbox.c.lease_owner.startswith(owners, autoescape=True)
    freed = update(outbox).where(outbox.c.state == ItemState.PENDING, theirs)
    return connection.execute(freed.values(lease_owner=None, lease_until=None)).rowcount


def mark_done(connection: Connection, item: OutboxItem, now: datetime, keep: timedelta) -> None:
    """It was delivered, whoever holds the lease by now."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == item.id, outbox.c.state != ItemState.DONE)
        .values(
            state=ItemState.DONE,
            finished_at=now,
            keep_until=now + keep,
            lease_owner=None,
            lease_until=None,
            last_error=None,
        )
    )


def put_off(
    connection: Connection, item: OutboxItem, owner: str, reason: str, next_attempt_at: datetime
) -> None:
    """It was not delivered; try again at `next_attempt_at`."""
    connection.execute(
        update(outbox)
        .where(_held(item, owner))
        .values(
            next_attempt_at=next_attempt_at,
            last_error=reason[:ERROR_LENGTH],
            lease_owner=None,
            lease_until=None,
        )
    )


def give_up(
    connection: Connection, item: OutboxItem, owner: str, reason: str, now: datetime, keep: timedelta
) -> None:
    """It goes to the dead letters, where people see it."""
    connection.execute(
        update(outbox)
        .where(_held(item, owner))
        .values(
            state=ItemState.DEAD,
            finished_at=now,
            keep_until=now + keep,
            last_error=reason[:ERROR_LENGTH],
            lease_owner=None,
            lease_until=None,
        )
    )


def _due(kinds: Collection[str], now: datetime) -> Select[tuple[str]]:
    return select(outbox.c.id).where(
        outbox.c.state == ItemState.PENDING,
        outbox.c.next_attempt_at <= now,
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now),
        outbox.c.kind.in_(kinds),
    )


def _held(item: OutboxItem, owner: str) -> ColumnElement[bool]:
    """Still this runner's, and in this attempt: the same runner may have claimed it again meanwhile."""
    return and_(
        outbox.c.id == item.id,
        outbox.c.state == ItemState.PENDING,
        outbox.c.lease_owner == owner,
        outbox.c.attempts == item.attempt,
    )
