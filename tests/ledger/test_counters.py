"""Counts of what came to the door."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from doorward.clock import ManualClock
from doorward.ids import new_id
from doorward.ledger import Counters, start_run
from doorward.ledger.runs import NoSuchRun
from doorward.storage import Database, DatabaseUnavailable
from doorward.storage.tables import counters, server_runs
from doorward.subjects import SubjectKind
from doorward.verdicts import Decision

KEEP = timedelta(days=400)


class Line:
    """A line to a database that can break before the work is done, or after, before the answer."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.breaks: list[str] = []

    async def write_async(self, work: Any) -> Any:
        how = self.breaks.pop(0) if self.breaks else "holds"
        if how == "before":
            raise DatabaseUnavailable("the line broke before")
        result = self.database.write(work)
        if how == "after":
            raise DatabaseUnavailable("the line broke after")
        return result


def _started(database: Database, clock: ManualClock, run: str = "r_1") -> tuple[Line, Counters]:
    database.write(lambda c: start_run(c, run, clock.now(), KEEP))
    line = Line(database)
    return line, Counters(line, clock, run)  # type: ignore[arg-type]


def _stored(database: Database) -> dict[tuple[str, str, str], int]:
    rows = database.read(lambda c: c.execute(select(counters)).all())
    return {(row.kind, row.surface, row.decision): row.subjects for row in rows}


async def _flush(counts: Counters) -> None:
    try:
        await counts.flush()
    except DatabaseUnavailable:
        return


def test_counts_add_up_over_flushes_and_processes(database: Database, clock: ManualClock) -> None:
    _, first = _started(database, clock, "r_1")
    _, second = _started(database, clock, "r_2")

    for counts in (first, second, first):
        counts.count(SubjectKind.UPLOAD, "avatar", Decision.ALLOW)
        asyncio.run(counts.flush())

    assert _stored(database) == {("upload", "avatar", "allow"): 3}


def test_each_hour_has_its_own_row_and_its_own_clock(database: Database, clock: ManualClock) -> None:
    _, counts = _started(database, clock)
    counts.count("upload", "", "hold")
    clock.advance(timedelta(minutes=61))
    counts.count("upload", "", "hold")
    asyncio.run(counts.flush())

    hours = database.read(lambda c: c.execute(select(counters.c.hour, counters.c.keep_until)).all())

    assert sorted(hour.hour for hour, _ in hours) == [12, 13]
    assert all(keep_until == hour + KEEP for hour, keep_until in hours)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(breaks=st.lists(st.sampled_from(["holds", "before", "after"]), max_size=8))
def test_whatever_way_the_line_breaks_every_subject_is_counted_once(
    breaks: list[str], sqlite_database: Database, clock: ManualClock
) -> None:
    run = surface = new_id("r")
    line, counts = _started(sqlite_database, clock, run)
    line.breaks = list(breaks)
    for _ in breaks:
        counts.count("upload", surface, "allow")
        asyncio.run(_flush(counts))
    line.breaks = []
    counts.count("upload", surface, "allow")
    asyncio.run(counts.flush())

    assert _stored(sqlite_database)["upload", surface, "allow"] == len(breaks) + 1


def test_a_flush_with_nothing_counted_is_a_sign_of_life(database: Database, clock: ManualClock) -> None:
    _, counts = _started(database, clock)
    clock.advance(timedelta(seconds=90))
    asyncio.run(counts.flush())

    run = database.read(lambda c: c.execute(select(server_runs)).one())

    assert run.flushed_at == clock.now()
    assert run.keep_until == clock.now() + KEEP


@pytest.mark.parametrize("surface", ["x" * 5000, "nul\0nul", "half a pair \ud800"])
def test_a_strange_surface_does_not_keep_counts_from_being_written(
    database: Database, clock: ManualClock, surface: str
) -> None:
    _, counts = _started(database, clock)
    counts.count("upload", surface, "allow")
    asyncio.run(counts.flush())

    assert sum(_stored(database).values()) == 1


def test_counting_without_a_run_fails_loudly_and_keeps_the_counts(
    sqlite_database: Database, clock: ManualClock
) -> None:
    counts = Counters(sqlite_database, clock, "r_never")
    counts.count("upload", "", "allow")
    with pytest.raises(NoSuchRun, match="r_never"):
        asyncio.run(counts.flush())

    sqlite_database.write(lambda c: start_run(c, "r_never", clock.now(), KEEP))
    asyncio.run(counts.flush())

    assert _stored(sqlite_database) == {("upload", "", "allow"): 1}


def test_the_loop_flushes_once_more_when_it_is_told_to_stop(database: Database, clock: ManualClock) -> None:
    line, counts = _started(database, clock)
    line.breaks = ["after"]  # what failed before is tried again

    async def scenario() -> None:
        stop = asyncio.Event()
        counts.count("upload", "", "allow")
        await _flush(counts)
        counts.count("upload", "", "allow")
        stop.set()
        await counts.run(stop)

    asyncio.run(scenario())

    assert _stored(database) == {("upload", "", "allow"): 2}
