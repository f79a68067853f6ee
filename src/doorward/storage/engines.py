"""Connections to SQLite and PostgreSQL that behave alike."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from doorward.storage.errors import DatabaseUnavailable


def sqlite_engines(url: URL, busy_timeout_s: float) -> tuple[Engine, Engine]:
    """A reading and a writing engine for the same file. Raises `OSError` where it cannot be."""
    path = url.database
    if not path or path == ":memory:":
        raise ValueError("database.url: SQLite needs a file, since several processes share it")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # The reading connections may not write: on SQLite a read that turns into a write fails whenever
    # somebody else wrote meanwhile, so a function that does so must not seem to work in a test.
    reader = _sqlite_engine(url, "BEGIN", busy_timeout_s, "query_only=ON")
    writer = _sqlite_engine(url, "BEGIN IMMEDIATE", busy_timeout_s)
    event.listen(writer, "commit", _require_transaction)
    return reader, writer


def postgresql_engines(url: URL, connections: int) -> tuple[Engine, Engine]:
    """A reading and a writing engine with one pool. Reads see one moment, as they do on SQLite."""
    writer = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=connections,
        pool_pre_ping=True,  # a connection that died while idle is replaced, not handed out
        connect_args={
            "connect_timeout": 5,
            "tcp_user_timeout": 10_000,  # ms; a server that vanished is noticed
            "application_name": "doorward",
        },
    )
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reader, writer


def _sqlite_engine(url: URL, begin: str, busy_timeout_s: float, *pragmas: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_timeout_s, "check_same_thread": False})
    event.listen(
        engine, "connect", _configure("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", *pragmas)
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _configure(*pragmas: str) -> Callable[[sqlite3.Connection, Any], None]:
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own BEGIN comes too late and is deferred: a read that turns into a write then
        # fails at once, whatever the timeout. So we begin by ourselves.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    return configure


def _require_transaction(connection: Connection) -> None:
    """On a full disk SQLite may end a transaction by itself. A commit after that would say "done"."""
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        raise DatabaseUnavailable("SQLite gave the transaction up, as it does on a full or failing disk.")
