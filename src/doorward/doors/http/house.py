"""What `/metrics` asks the other rooms at the moment of the scrape."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, func, select

from doorward.clock import Clock
from doorward.doors.http.metrics import HouseState, ListAge
from doorward.imagery.decoding.pool import PoolStats
from doorward.lists.live import LiveList
from doorward.storage import Database, DatabaseUnavailable
from doorward.storage.tables import outbox

_DAY = timedelta(days=1)


class Lists(Protocol):
    """The lists in force."""

    def current(self) -> Mapping[str, LiveList]:
        """Every list by name."""
        ...


class Decoders(Protocol):
    """The pool of decoder processes."""

    def stats(self) -> PoolStats:
        """How it is."""
        ...


class House:
    """Satisfies `HouseGauges` from the database, the lists and the decoders."""

    def __init__(
        self,
        database: Database,
        lists: Lists,
        decoders: Decoders,
        warnings: Callable[[], tuple[str, ...]],
        clock: Clock,
    ) -> None:
        self._database = database
        self._lists = lists
        self._decoders = decoders
        self._warnings = warnings
        self._clock = clock

    async def read(self) -> HouseState:
        """The state now; the outbox is absent while the database is away."""
        stats = self._decoders.stats()
        return HouseState(
            lists={name: _age(live, self._clock.now()) for name, live in self._lists.current().items()},
            decoders={
                "busy": stats.busy,
                "idle": stats.living - stats.busy,
                "missing": stats.workers - stats.living,
            },
            outbox=await self._outbox(),
            warnings=len(self._warnings()),
        )

    async def _outbox(self) -> Mapping[str, int]:
        try:
            return await self._database.read_async(_unfinished)
        except DatabaseUnavailable:
            return {}


def _age(live: LiveList, now: datetime) -> ListAge:
    return ListAge((now - live.details.as_of) / _DAY, (live.details.expires_at - now) / _DAY)


def _unfinished(connection: Connection) -> Mapping[str, int]:
    query = select(outbox.c.state, func.count()).where(outbox.c.state != "done").group_by(outbox.c.state)
    return {"pending": 0, "dead": 0, **dict(connection.execute(query).tuples().all())}
