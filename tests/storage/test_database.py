"""Transactions that mean the same on SQLite and PostgreSQL."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from doorward.clock import ManualClock
from doorward.ledger import append
from doorward.storage import Database, DatabaseUnavailable, open_database
from doorward.storage.database import ping
from doorward.storage.tables import findings, ledger_pending


def _note(text: str, clock: ManualClock) -> Callable[[Connection], str]:
    return lambda connection: append(connection, kind=text, body={}, now=clock.now())


def _notes(database: Database) -> list[str]:
    return sorted(database.read(lambda c: c.execute(select(ledger_pending.c.kind)).scalars().all()))


def test_what_was_written_is_read(database: Database, clock: ManualClock) -> None:
    database.write(_note("a", clock))

    assert _notes(database) == ["a"]


def test_work_that_raises_leaves_nothing_and_its_error_reaches_the_caller(
    database: Database, clock: ManualClock
) -> None:
    def work(connection: Connection) -> None:
        _note("a", clock)(connection)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        database.write(work)
    assert _notes(database) == []


def test_a_broken_rule_of_the_tables_is_the_caller_s_error(database: Database) -> None:
    orphan = findings.insert().values(verdict_id="v_none", position=0, code="canary", body={})

    with pytest.raises(IntegrityError):
        database.write(lambda connection: connection.execute(orphan))


def test_a_read_cannot_write(database: Database, clock: ManualClock) -> None:
    with pytest.raises(DatabaseUnavailable, match="read"):
        database.read(_note("a", clock))
    assert _notes(database) == []


def test_a_read_sees_one_moment(database: Database, clock: ManualClock) -> None:
    def twice(connection: Connection) -> list[int]:
        count = select(func.count()).select_from(ledger_pending)
        before = connection.execute(count).scalar_one()
        database.write(_note("meanwhile", clock))
        return [before, connection.execute(count).scalar_one()]

    assert database.read(twice) == [0, 0]


def test_writes_at_once_are_all_written_and_a_failing_one_takes_none_with_it(
    database: Database, clock: ManualClock
) -> None:
    def work(number: int) -> Callable[[Connection], None]:
        def write(connection: Connection) -> None:
            _note(f"{number:03}", clock)(connection)
            if number % 10 == 3:
                raise LookupError(number)

        return write

    async def scenario() -> list[Any]:
        return await asyncio.gather(
            *(database.write_async(work(number)) for number in range(200)), return_exceptions=True
        )

    outcomes = asyncio.run(scenario())

    failed = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, LookupError)]
    assert failed == [number for number in range(200) if number % 10 == 3]
    assert _notes(database) == [f"{number:03}" for number in range(200) if number % 10 != 3]


def test_work_of_a_caller_that_went_away_is_done_or_not_done_and_blocks_nobody(
    database: Database, clock: ManualClock
) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        started.set()
        go_on.wait(20)
        _note("slow", clock)(connection)

    async def scenario() -> None:
        first = asyncio.create_task(database.write_async(slow))
        await asyncio.to_thread(started.wait, 20)
        waiting = [asyncio.create_task(database.write_async(_note("waiting", clock))) for _ in range(3)]
        await asyncio.sleep(0)
        for task in (first, *waiting):
            task.cancel()
        go_on.set()
        await database.write_async(_note("after", clock))

    asyncio.run(scenario())

    assert "after" in _notes(database)


def test_work_that_wants_to_end_the_process_ends_only_itself(database: Database, clock: ManualClock) -> None:
    def exits(_connection: Connection) -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        database.write(exits)
    database.write(_note("after", clock))

    assert _notes(database) == ["after"]


def test_what_is_queued_is_finished_before_the_database_closes(
    database: Database, clock: ManualClock
) -> None:
    other = open_database(database.url)

    async def scenario() -> None:
        writes = [asyncio.ensure_future(other.write_async(_note(f"{n:02}", clock))) for n in range(50)]
        await asyncio.sleep(0)
        await asyncio.to_thread(other.close)
        await asyncio.gather(*writes)

    asyncio.run(scenario())

    assert len(_notes(database)) == 50


def test_a_closed_database_says_so(database: Database, clock: ManualClock) -> None:
    with open_database(database.url) as other:
        other.write(_note("a", clock))

    for refused in (lambda: other.write(_note("b", clock)), lambda: other.read(ping)):
        with pytest.raises(DatabaseUnavailable, match="closed"):
            refused()
    with pytest.raises(DatabaseUnavailable, match="closed"):
        asyncio.run(other.write_async(_note("b", clock)))
    other.close()  # again changes nothing


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_serve_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match=r"database\.url"):
        open_database(url)
