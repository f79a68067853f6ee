"""SQLite when its file is locked, full, damaged or gone."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from doorward.clock import ManualClock
from doorward.ledger import append
from doorward.storage import Database, DatabaseUnavailable, migrate, open_database
from doorward.storage.database import ping
from doorward.storage.tables import ledger_pending

BIG = "x" * 200_000


@pytest.fixture
def impatient(sqlite_url: str) -> Iterator[Database]:
    """A database that hardly waits for others."""
    with open_database(sqlite_url, busy_timeout_s=0.05) as database:
        migrate(database)
        yield database


def _note(clock: ManualClock, text: str = "") -> Callable[[Connection], str]:
    return lambda connection: append(connection, kind="note", body={"text": text}, now=clock.now())


def _count(database: Database) -> int:
    return len(database.read(lambda c: c.execute(select(ledger_pending.c.id)).all()))


@contextmanager
def _locked(database: Database) -> Iterator[None]:
    """Another program in the middle of writing."""
    other = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@asynccontextmanager
async def _busy_writer(database: Database) -> AsyncIterator[None]:
    """What is written in this block queues up, since the writer is held by something else."""
    busy, release = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        busy.set()
        release.wait(20)

    holding = asyncio.ensure_future(database.write_async(hold))
    await asyncio.to_thread(busy.wait, 20)
    yield
    release.set()
    await holding


async def _as_one_group(database: Database, *work: Callable[[Connection], Any]) -> list[Any]:
    """Run all in one commit."""
    async with _busy_writer(database):
        writes = [asyncio.ensure_future(database.write_async(one)) for one in work]
        await asyncio.sleep(0)
    return await asyncio.gather(*writes, return_exceptions=True)


def test_what_is_reported_as_done_survives_a_power_cut(sqlite_database: Database) -> None:
    def pragma(name: str) -> Callable[[Connection], Any]:
        return lambda connection: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

    assert sqlite_database.write(pragma("journal_mode")) == "wal"
    assert sqlite_database.write(pragma("synchronous")) == 2  # FULL: each commit is on the disk


def test_a_lock_that_lasts_is_unavailable_and_the_next_write_works(
    impatient: Database, clock: ManualClock
) -> None:
    with _locked(impatient):
        with pytest.raises(DatabaseUnavailable, match=r"locked.*Another program"):
            impatient.write(_note(clock))
        with pytest.raises(DatabaseUnavailable):
            asyncio.run(impatient.write_async(_note(clock)))
        assert _count(impatient) == 0  # reading goes on

    impatient.write(_note(clock))
    assert _count(impatient) == 1


def test_under_a_lock_a_whole_group_is_told_after_one_wait(impatient: Database, clock: ManualClock) -> None:
    waits: list[Connection] = []
    event.listen(impatient.engine, "begin", waits.append, insert=True)

    async def scenario() -> list[Any]:
        writes = (impatient.write_async(_note(clock)) for _ in range(100))
        return await asyncio.gather(*writes, return_exceptions=True)

    with _locked(impatient):
        outcomes = asyncio.run(scenario())

    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    assert len(waits) <= 3  # not a hundred


def test_a_full_disk_is_unavailable_and_takes_no_other_s_work_with_it(
    sqlite_database: Database, clock: ManualClock
) -> None:
    def fill_up(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")

    sqlite_database.write(fill_up)

    small, big = _note(clock), _note(clock, BIG)
    outcomes = asyncio.run(_as_one_group(sqlite_database, small, big, small))

    assert [isinstance(outcome, str) for outcome in outcomes] == [True, False, True]
    assert isinstance(outcomes[1], DatabaseUnavailable)
    assert "Make room" in str(outcomes[1])
    assert _count(sqlite_database) == 2


def test_when_the_disk_has_room_again_writing_goes_on(sqlite_database: Database, clock: ManualClock) -> None:
    sqlite_database.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1"))
    with pytest.raises(DatabaseUnavailable, match="full"):
        sqlite_database.write(_note(clock, BIG))

    sqlite_database.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1000000"))
    sqlite_database.write(_note(clock, BIG))

    assert _count(sqlite_database) == 1


def test_a_transaction_that_sqlite_gave_up_is_never_reported_as_done(
    sqlite_database: Database, clock: ManualClock
) -> None:
    def loses_its_transaction(connection: Connection) -> str:
        note = _note(clock)(connection)
        driver: Any = connection.connection.driver_connection
        driver.execute("ROLLBACK")  # as SQLite does by itself when writing fails badly
        return note

    with pytest.raises(DatabaseUnavailable, match="gave the transaction up"):
        sqlite_database.write(loses_its_transaction)
    outcomes = asyncio.run(_as_one_group(sqlite_database, loses_its_transaction, _note(clock)))

    assert isinstance(outcomes[0], DatabaseUnavailable)
    assert isinstance(outcomes[1], str)
    assert _count(sqlite_database) == 1


def test_work_cannot_wait_for_a_second_transaction_inside_its_own(
    sqlite_database: Database, clock: ManualClock
) -> None:
    with pytest.raises(RuntimeError, match="inside its own"):
        sqlite_database.write(lambda _: sqlite_database.write(_note(clock)))


def test_a_cancelled_piece_that_waits_in_line_is_not_run(sqlite_database: Database) -> None:
    ran: list[str] = []

    async def scenario() -> None:
        async with _busy_writer(sqlite_database):
            waiting = asyncio.ensure_future(sqlite_database.write_async(lambda _: ran.append("it")))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(scenario())
    sqlite_database.write(ping)

    assert ran == []


def test_something_that_is_no_database_is_named_as_damaged(tmp_path: Path) -> None:
    (tmp_path / "d.sqlite3").write_bytes(b"not a database at all" * 200)

    with (
        open_database(f"sqlite:///{tmp_path / 'd.sqlite3'}") as database,
        pytest.raises(DatabaseUnavailable, match="restore the backup"),
    ):
        database.write(ping)


def test_a_path_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "d.sqlite3").mkdir()

    with (
        open_database(f"sqlite:///{tmp_path / 'd.sqlite3'}") as database,
        pytest.raises(DatabaseUnavailable, match=r"d\.sqlite3.*owner and mode"),
    ):
        database.read(ping)
