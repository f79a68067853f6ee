"""Years of operation, with clocks that run, stand still and are set back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table

from doorward import retention
from doorward.clock import ManualClock
from doorward.ids import new_id
from doorward.settings import RetentionSettings
from doorward.storage import Database
from doorward.storage import tables as t
from support.rows import ids, put

CLOCKED: tuple[Table, ...] = (
    t.verdicts,
    t.idempotency,
    t.account_facts,
    t.context_requests,
    t.counters,
    t.outbox,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is written in the `step`-th step, to be kept for `keep`."""

    table: Table
    step: int
    keep: timedelta


STEPS = st.lists(
    st.timedeltas(min_value=timedelta(days=-60), max_value=timedelta(days=400)), min_size=1, max_size=8
)
ROWS = st.lists(
    st.builds(
        Row,
        table=st.sampled_from(CLOCKED),
        step=st.integers(0, 7),
        keep=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=500)),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(steps=STEPS, rows=ROWS)
def test_nothing_ends_early_and_nothing_is_kept_past_its_clock_after_a_run(
    steps: list[timedelta], rows: list[Row], sqlite_database: Database, clock: ManualClock
) -> None:
    clock = ManualClock(clock.now())
    expected: dict[tuple[Table, str], datetime] = {}
    for number, step in enumerate(steps):
        new = {(row.table, new_id("x")): clock.now() + row.keep for row in rows if row.step == number}
        sqlite_database.write(partial(_write, new, clock.now()))
        clock.moment += step
        retention.run(sqlite_database, RetentionSettings(), clock)
        expected = {key: until for key, until in (expected | new).items() if until > clock.now()}

        assert sqlite_database.read(_rows) == set(expected)
    sqlite_database.write(_clear)


def _write(new: dict[tuple[Table, str], datetime], now: datetime, connection: Connection) -> None:
    for (table, row_id), until in new.items():
        finished = {"state": "done"} if table is t.outbox else {}
        put(connection, table, row_id, now, keep_until=until, **finished)


def _rows(connection: Connection) -> set[tuple[Table, str]]:
    return {(table, row_id) for table in CLOCKED for row_id in ids(connection, table)}


def _clear(connection: Connection) -> None:
    for table in CLOCKED:
        connection.execute(table.delete())
