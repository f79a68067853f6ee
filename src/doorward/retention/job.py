"""The job that ends what is past its clock."""

from sqlalchemy import ColumnElement, Connection, Table, delete, select, tuple_

from doorward.clock import Clock
from doorward.retention.rules import RULES
from doorward.settings import RetentionSettings
from doorward.storage import Database

BATCH = 500  # rows a transaction: verdicts are being written meanwhile, and must not wait for long


def run(database: Database, settings: RetentionSettings, clock: Clock) -> dict[str, int]:
    """Delete what is past its clock now; returns the number of rows by table.

    May run at any time and in several processes at once. Interrupted, it has done part of its work,
    and the next run does the rest. Raises `DatabaseUnavailable`.
    """
    now = clock.now()
    return {
        rule.table.name: _end_rows(database, rule.table, rule.ended(now, settings))
        for rule in RULES
        if rule.ended is not None
    }


def _end_rows(database: Database, table: Table, ended: ColumnElement[bool]) -> int:
    total = 0
    while rows := database.write(lambda connection: _end_batch(connection, table, ended)):
        total += rows
    return total


def _end_batch(connection: Connection, table: Table, ended: ColumnElement[bool]) -> int:
    key = tuple(table.primary_key)
    batch = select(*key).where(ended).limit(BATCH)
    # The condition is asked again of each row: since the batch was read, somebody may have sent a
    # dead letter on its way again.
    return connection.execute(delete(table).where(tuple_(*key).in_(batch), ended)).rowcount
