"""Runs of servers, and the gaps they leave when they end without saying so.

Counts of what was allowed live in memory between two flushes. A server that is killed loses those
of its last second: the gap entry says so, with the moments between which something is missing.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from doorward.ledger.pending import append
from doorward.storage.tables import server_runs

SILENCE = timedelta(seconds=60)  # a living run flushes each second


class NoSuchRun(Exception):
    """The run was never started, so its counts would hang in the air."""


def start_run(connection: Connection, run_id: str, now: datetime, keep: timedelta) -> None:
    """Record that a server process begins. `keep` is how long its row outlives its last flush."""
    connection.execute(
        server_runs.insert().values(id=run_id, started_at=now, flushed_at=now, keep_until=now + keep)
    )


def stop_run(connection: Connection, run_id: str, now: datetime) -> None:
    """Record that the process ended in order, after its last flush."""
    connection.execute(update(server_runs).where(server_runs.c.id == run_id).values(stopped_at=now))


def record_gaps(
    connection: Connection,
    now: datetime,
    *,
    named: str = "",
    older_than: timedelta = SILENCE,
) -> tuple[str, ...]:
    """Write a `gap` into the ledger for each run that fell silent without stopping; returns their ids.

    Several processes share a database, so a run counts as dead only when it has not flushed for
    `older_than`. Who knows better, since it holds the lock of the data directory they ran in, may say
    zero for the runs whose ids begin with `named`. Doing it again, or in two processes at once,
    records nothing twice.
    """
    dead = (
        server_runs.c.stopped_at.is_(None),
        server_runs.c.gap_recorded_at.is_(None),
        server_runs.c.flushed_at <= now - older_than,
        server_runs.c.id.startswith(named, autoescape=True),
    )
    rows = connection.execute(
        update(server_runs)
        .where(*dead)
        .values(gap_recorded_at=now)
        .returning(server_runs.c.id, server_runs.c.started_at, server_runs.c.flushed_at)
    ).all()
    for run_id, started_at, flushed_at in rows:
        body = {
            "run": run_id,
            "started_at": started_at.isoformat(),
            "flushed_at": flushed_at.isoformat(),
            "noticed_at": now.isoformat(),
        }
        append(connection, kind="gap", body=body, now=now)
    return tuple(row.id for row in rows)


def record_flush(connection: Connection, run_id: str, number: int, now: datetime, keep: timedelta) -> bool:
    """Note that batch `number` of the run's counts is part of this transaction.

    Returns `False` where it was part of an earlier one, whose commit the process did not hear of.
    A run that was taken for dead and flushes again had only been cut off: its gap is closed.
    """
    run = connection.execute(
        select(server_runs.c.flushes, server_runs.c.gap_recorded_at)
        .where(server_runs.c.id == run_id)
        .with_for_update()
    ).one_or_none()
    if run is None:
        raise NoSuchRun(f"run {run_id} was never started: call start_run before counting")
    if run.flushes >= number:
        return False
    if run.gap_recorded_at is not None:
        append(connection, kind="gap_closed", body={"run": run_id, "at": now.isoformat()}, now=now)
    connection.execute(
        update(server_runs)
        .where(server_runs.c.id == run_id)
        .values(flushes=number, flushed_at=now, gap_recorded_at=None, keep_until=now + keep)
    )
    return True
