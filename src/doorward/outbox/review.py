"""What people do with the outbox: look at it, and try again what was given up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Update, func, or_, select, update

from doorward.outbox.queue import ItemState
from doorward.storage.tables import outbox


class NoSuchItem(Exception):
    """There is no item with this id."""


class NothingToRetry(Exception):
    """The item was delivered, or is being delivered at this moment."""


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """An item without its payload, which is for its receiver."""

    id: str
    kind: str
    state: ItemState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    lease_until: datetime | None
    finished_at: datetime | None
    last_error: str | None


def list_items(connection: Connection, *states: ItemState, limit: int = 1000) -> tuple[ItemRecord, ...]:
    """Items in `states`, the oldest first."""
    shown = [outbox.c[name] for name in ItemRecord.__dataclass_fields__]
    rows = connection.execute(
        select(*shown)
        .where(outbox.c.state.in_(states))
        .order_by(outbox.c.created_at, outbox.c.id)
        .limit(limit)
    )
    return tuple(ItemRecord(**{**row._mapping, "state": ItemState(row.state)}) for row in rows)


def count_items(connection: Connection) -> dict[ItemState, int]:
    """How many items there are in each state."""
    rows = connection.execute(select(outbox.c.state, func.count().label("number")).group_by(outbox.c.state))
    found = {row.state: row.number for row in rows}
    return {state: found.get(state, 0) for state in ItemState}


def retry(connection: Connection, item_id: str, now: datetime) -> None:
    """Make an item due now, with all its attempts before it. Raises `NoSuchItem`, `NothingToRetry`."""
    leased = outbox.c.lease_until > now
    waiting = outbox.c.state != ItemState.DONE, or_(outbox.c.lease_until.is_(None), ~leased)
    if connection.execute(_due_again(now).where(outbox.c.id == item_id, *waiting)).rowcount:
        return
    state = connection.execute(select(outbox.c.state).where(outbox.c.id == item_id)).scalar_one_or_none()
    if state is None:
        raise NoSuchItem(f"there is no outbox item {item_id}. `doorward outbox list` shows those there are.")
    doing = "was delivered" if state == ItemState.DONE else "is being delivered at this moment"
    raise NothingToRetry(f"outbox item {item_id} {doing}; there is nothing to try again.")


def retry_all_dead(connection: Connection, now: datetime) -> int:
    """Make all dead letters due now; returns how many there were."""
    return connection.execute(_due_again(now).where(outbox.c.state == ItemState.DEAD)).rowcount


def _due_again(now: datetime) -> Update:
    return update(outbox).values(
        state=ItemState.PENDING, attempts=0, next_attempt_at=now, finished_at=None, keep_until=None
    )
