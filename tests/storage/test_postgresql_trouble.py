"""PostgreSQL when it goes away and comes back."""

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, event, select, text

from doorward.clock import ManualClock
from doorward.ledger import append
from doorward.storage import Database, DatabaseUnavailable, open_database
from doorward.storage.tables import ledger_pending
from support.postgres import END_OTHER_CONNECTIONS, PostgresServer


@pytest.fixture
def database(migrated_postgres_url: str) -> Iterator[Database]:
    with open_database(migrated_postgres_url) as database:
        yield database


def _note(clock: ManualClock) -> Callable[[Connection], str]:
    return lambda connection: append(connection, kind="note", body={}, now=clock.now())


def _count(database: Database) -> int:
    return len(database.read(lambda c: c.execute(select(ledger_pending.c.id)).all()))


def _kill_connections(database: Database) -> None:
    with open_database(database.url) as other:
        other.write(lambda connection: connection.execute(text(END_OTHER_CONNECTIONS)))


def test_a_server_that_stops_is_unavailable_and_after_its_return_all_works(
    database: Database, clock: ManualClock, postgres_server: PostgresServer
) -> None:
    database.write(_note(clock))
    postgres_server.stop()
    try:
        with pytest.raises(DatabaseUnavailable, match="Check that the server runs"):
            database.write(_note(clock))
        with pytest.raises(DatabaseUnavailable):
            database.read(lambda c: c.execute(select(ledger_pending)))
    finally:
        postgres_server.start()

    database.write(_note(clock))
    assert _count(database) == 2


def test_connections_that_died_while_idle_are_replaced_unnoticed(
    database: Database, clock: ManualClock
) -> None:
    database.write(_note(clock))
    _kill_connections(database)

    database.write(_note(clock))

    assert _count(database) == 2


def test_a_connection_lost_before_the_commit_is_tried_once_more_and_the_work_done_once(
    database: Database, clock: ManualClock
) -> None:
    runs = 0

    def unlucky_once(connection: Connection) -> None:
        nonlocal runs
        runs += 1
        _note(clock)(connection)
        if runs == 1:
            _kill_connections(database)
        connection.execute(text("SELECT 1"))

    database.write(unlucky_once)

    assert runs == 2
    assert _count(database) == 1


def test_a_connection_lost_every_time_is_unavailable(database: Database, clock: ManualClock) -> None:
    def always_unlucky(connection: Connection) -> None:
        _note(clock)(connection)
        _kill_connections(database)
        connection.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailable):
        database.write(always_unlucky)
    assert _count(database) == 0


def test_a_connection_lost_in_the_commit_is_not_tried_again_since_it_may_have_happened(
    database: Database, clock: ManualClock
) -> None:
    runs = 0

    def work(connection: Connection) -> None:
        nonlocal runs
        runs += 1
        _note(clock)(connection)

    event.listen(database.engine, "commit", lambda _: _kill_connections(database), once=True)
    with pytest.raises(DatabaseUnavailable):
        database.write(work)

    assert runs == 1


def test_two_transactions_that_wait_for_each_other_are_both_done(
    database: Database, clock: ManualClock
) -> None:
    ids = [database.write(_note(clock)) for _ in range(2)]
    both_hold_one = threading.Barrier(2)

    def work(first: str, second: str, tries: list[int]) -> Callable[[Connection], None]:
        def touch(connection: Connection, row: str) -> None:
            connection.execute(
                ledger_pending.update().where(ledger_pending.c.id == row).values(kind="touched")
            )

        def write(connection: Connection) -> None:
            tries.append(1)
            touch(connection, first)
            if len(tries) == 1:
                both_hold_one.wait(20)
            touch(connection, second)

        return write

    tries: tuple[list[int], list[int]] = ([], [])
    other = threading.Thread(target=database.write, args=(work(ids[0], ids[1], tries[0]),))
    other.start()
    database.write(work(ids[1], ids[0], tries[1]))
    other.join(30)

    assert sorted(len(t) for t in tries) == [1, 2]


def test_a_server_that_takes_no_writes_is_unavailable(database: Database, clock: ManualClock) -> None:
    def standby(connection: Connection) -> None:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        _note(clock)(connection)

    with pytest.raises(DatabaseUnavailable, match="connect to the primary"):
        database.write(standby)
