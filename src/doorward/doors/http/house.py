"""What `/metrics` asks the other rooms at the moment of the scrape."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, func, select

from doorward.clock import Clock
from doorward.doors.http.metrics import HouseState, ListAge
from doorward.imagery.decoding.pool import PoolStats
from doorward.imagery.matching.lookups import LookUpStats
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


class Matching(Protocol):
    """What looks uploads up in the lists."""

    def look_ups(self) -> LookUpStats:
        """How many, and in how many batches."""
        ...


class House:
    """Satisfies `HouseGauges` from the database, the lists, the decoders and the matching."""

    def __init__(
        self,
        database: Database,
        lists: Lists,
        decoders: Decoders,
        matching: Matching,
        warnings: Callable[[], tuple[str, ...]],
        clock: Clock,
    ) -> None:
        self._database = database
        self._lists = lists
        self._decoders = decoders
        self._matching = matching
        self._warnings = warnings
        self._clock = clock

    async def read(self) -> HouseState:
        """The state now; the outbox is absent while the database is away."""
        stats, looked_up = self._decoders.stats(), self._matching.look_ups()
        return HouseState(
            lists={name: _age(live, self._clock.now()) for name, live in self._lists.current().items()},
            decoders={
                "busy": stats.busy,
                "idle": stats.living - stats.busy,
                "missing": stats.workers - stats.living,
            },
            outbox=await self._outbox(),
            warnings=len(self._warnings()),
            look_ups=looked_up.look_ups,
            look_up_batches=looked_up.batches,
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
