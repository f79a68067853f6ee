"""Counts of all subjects by kind, surface and decision: all that is kept of most of what was allowed."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from doorward.clock import Clock, stopped_within
from doorward.ledger.runs import record_flush
from doorward.storage import Database, DatabaseUnavailable
from doorward.storage.tables import counters
from doorward.storage.upsert import insert

log = structlog.get_logger(__name__)

FLUSH_EVERY_S = 1.0
KEEP = timedelta(days=400)
SURFACE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class _Cell:
    """One row of the table."""

    hour: datetime
    kind: str
    surface: str
    decision: str


@dataclass(frozen=True, slots=True)
class _Batch:
    """Counts that are written together. The number lets the database recognise a batch it has."""

    number: int
    counts: Mapping[_Cell, int]


class Counters:
    """Counts in memory, added to the database each second.

    A batch whose commit failed is tried again under its number, and new counts wait for the next
    one: nothing is lost while the process lives, and a commit that took place although its
    confirmation was lost is not added a second time. `run_id` must have been started
    (`ledger.runs.start_run`). Belongs to one event loop; `count` is for that loop only.
    """

    def __init__(self, database: Database, clock: Clock, run_id: str, keep: timedelta = KEEP) -> None:
        self._database = database
        self._clock = clock
        self._run_id = run_id
        self._keep = keep
        self._counts: Counter[_Cell] = Counter()
        self._batch: _Batch | None = None
        self._flushed = 0  # number of the last batch that is known to be committed
        self._flushing = asyncio.Lock()

    def count(self, kind: str, surface: str, decision: str) -> None:
        """One subject of `kind` on `surface` got `decision`."""
        hour = self._clock.now().replace(minute=0, second=0, microsecond=0)
        self._counts[_Cell(hour, kind, _storable(surface), decision)] += 1

    async def flush(self) -> None:
        """Write what was counted; also the sign of life of the run. Raises `DatabaseUnavailable`."""
        async with self._flushing:
            await self._write_batch()
            if self._counts:  # the batch was one left over from a failure
                await self._write_batch()

    async def run(self, stop: asyncio.Event) -> None:
        """Flush each second until `stop` is set, and once more then."""
        while not await stopped_within(stop, FLUSH_EVERY_S):
            await self._try_flush()
        await self._try_flush()

    async def _try_flush(self) -> None:
        try:
            await self.flush()
        except DatabaseUnavailable as error:
            log.warning("counts not flushed yet", run=self._run_id, error=str(error))
        except Exception:  # the counts are still there, and the next second may do better
            log.exception("counts not flushed", run=self._run_id)

    async def _write_batch(self) -> None:
        if self._batch is None:
            self._batch = _Batch(self._flushed + 1, self._counts)
            self._counts = Counter()
        batch, now = self._batch, self._clock.now()
        await self._database.write_async(lambda connection: self._add(connection, batch, now))
        self._batch, self._flushed = None, batch.number

    def _add(self, connection: Connection, batch: _Batch, now: datetime) -> None:
        if not record_flush(connection, self._run_id, batch.number, now, self._keep):
            return
        # Always in the same order, or two processes could wait for each other's rows for ever.
        for cell in sorted(batch.counts, key=lambda c: (c.hour, c.kind, c.surface, c.decision)):
            _add_cell(connection, cell, batch.counts[cell], cell.hour + self._keep)


def _add_cell(connection: Connection, cell: _Cell, subjects: int, keep_until: datetime) -> None:
    row = insert(connection, counters).values(
        hour=cell.hour,
        kind=cell.kind,
        surface=cell.surface,
        decision=cell.decision,
        subjects=subjects,
        keep_until=keep_until,
    )
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["hour", "kind", "surface", "decision"],
            set_={"subjects": counters.c.subjects + row.excluded.subjects},
        )
    )


def _storable(surface: str) -> str:
    """A surface as every database takes it: one bad name must not keep all counts from being written."""
    return surface.replace("\0", "").encode("utf-8", "replace").decode()[:SURFACE_LENGTH]
