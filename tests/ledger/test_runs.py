"""Runs of servers, and the gaps they leave."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from doorward.clock import ManualClock
from doorward.ledger import record_gaps, start_run, stop_run
from doorward.ledger.runs import record_flush
from doorward.storage import Database
from doorward.storage.tables import ledger_pending

KEEP = timedelta(days=400)
MINUTE = timedelta(seconds=60)


def _start(database: Database, clock: ManualClock, *runs: str) -> None:
    def start_all(connection: Connection) -> None:
        for run in runs:
            start_run(connection, run, clock.now(), KEEP)

    database.write(start_all)


def _gaps(database: Database, clock: ManualClock, **options: Any) -> tuple[str, ...]:
    return database.write(lambda c: record_gaps(c, clock.now(), **options))


def _ledger(database: Database) -> list[tuple[str, str]]:
    rows = database.read(lambda c: c.execute(select(ledger_pending.c.kind, ledger_pending.c.body)).all())
    return [(kind, body["run"]) for kind, body in rows]


def test_a_run_that_fell_silent_leaves_one_gap_however_often_one_looks(
    database: Database, clock: ManualClock
) -> None:
    _start(database, clock, "r_1")
    clock.advance(MINUTE)

    assert [_gaps(database, clock) for _ in range(3)] == [("r_1",), (), ()]
    assert _ledger(database) == [("gap", "r_1")]


def test_a_gap_says_between_which_moments_something_is_missing(
    sqlite_database: Database, clock: ManualClock
) -> None:
    _start(sqlite_database, clock, "r_1")
    clock.advance(MINUTE)
    _gaps(sqlite_database, clock)

    body = sqlite_database.read(lambda c: c.execute(select(ledger_pending.c.body)).scalar_one())

    assert body == {
        "run": "r_1",
        "started_at": "2026-01-15T12:00:00+00:00",
        "flushed_at": "2026-01-15T12:00:00+00:00",
        "noticed_at": "2026-01-15T12:01:00+00:00",
    }


def test_a_run_that_stopped_in_order_leaves_no_gap(database: Database, clock: ManualClock) -> None:
    _start(database, clock, "r_1")
    database.write(lambda c: stop_run(c, "r_1", clock.now()))
    clock.advance(timedelta(days=1))

    assert _gaps(database, clock) == ()


def test_a_process_beside_us_that_still_flushes_leaves_no_gap(database: Database, clock: ManualClock) -> None:
    _start(database, clock, "r_1", "r_2")
    clock.advance(MINUTE)
    database.write(lambda c: record_flush(c, "r_2", 1, clock.now(), KEEP))
    clock.advance(timedelta(seconds=1))

    assert _gaps(database, clock) == ("r_1",)


def test_who_holds_a_nodes_lock_need_not_wait_for_the_runs_of_that_node(
    database: Database, clock: ManualClock
) -> None:
    _start(database, clock, "r_here_1", "r_there_1")

    assert _gaps(database, clock, named="r_here_", older_than=timedelta(0)) == ("r_here_1",)


def test_a_run_taken_for_dead_that_flushes_again_closes_its_gap_and_can_leave_another(
    database: Database, clock: ManualClock
) -> None:
    _start(database, clock, "r_1")
    clock.advance(MINUTE)
    _gaps(database, clock)
    database.write(lambda c: record_flush(c, "r_1", 1, clock.now(), KEEP))
    clock.advance(MINUTE)
    _gaps(database, clock)

    assert sorted(_ledger(database)) == [("gap", "r_1"), ("gap", "r_1"), ("gap_closed", "r_1")]
