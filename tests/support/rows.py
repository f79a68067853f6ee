"""Rows of any table in few words, for tests of clocks."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, select

from doorward.ids import new_id
from doorward.storage import tables as t
from doorward.storage.types import Moment

# By which column these tests tell rows apart, where it is not the first of the primary key.
_IDENTITY = {t.counters: "surface", t.idempotency: "key", t.list_versions: "version"}
_UNIQUE = {"dedupe_key", "secret_sha256"}


def put(connection: Connection, table: Table, row_id: str, now: datetime, **values: Any) -> None:
    """Write a row; what `values` does not name, and must be there, is something neutral."""
    required = [c for c in table.columns if not c.nullable and c.server_default is None]
    row = {column.name: _neutral(column, now) for column in required}
    connection.execute(table.insert().values({**row, **values, _identity(table): row_id}))


def ids(connection: Connection, table: Table) -> set[str]:
    """The identities of all rows."""
    return set(connection.execute(select(table.c[_identity(table)])).scalars())


def _identity(table: Table) -> str:
    return _IDENTITY.get(table) or next(iter(table.primary_key)).name


def _neutral(column: Column[Any], now: datetime) -> Any:
    if column.name in _UNIQUE:
        return new_id("x")
    if isinstance(column.type, Moment):
        return now
    if isinstance(column.type, JSON):
        return {}
    return column.type.python_type()  # "", 0, 0.0, b""
