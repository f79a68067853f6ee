"""Transactions on SQLite and PostgreSQL behind one small interface.

Work is a function of a connection: it runs inside one transaction and its result is returned once
that is committed. It must not have effects outside the database, since it may be run again.

SQLite allows one writer. All writing work of a process goes through one thread, which commits
whatever has queued up meanwhile as a group (one fsync for many verdicts), each piece in its own
savepoint so that one failure rolls back only itself. PostgreSQL has a pool.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from doorward.storage.writer import GroupCommitWriter

T = TypeVar("T")
Work = Callable[[Connection], T]


class DatabaseUnavailable(Exception):
    """The database did not answer, or could not be written. What was to be done was not done."""


class Database:
    """Reads and writes, from threads and from the event loop."""

    def __init__(self, reader: Engine, writer: Engine) -> None:
        self._reader = reader
        self._writer = writer
        self.dialect = reader.dialect.name  # "sqlite" or "postgresql"
        self._group: GroupCommitWriter | None = None
        if self.dialect == "sqlite":
            self._group = GroupCommitWriter(writer)
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="database")

    @property
    def url(self) -> str:
        """The URL with its password, for programs started with the same database."""
        return self._reader.url.render_as_string(hide_password=False)

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations."""
        return self._writer

    def read(self, work: Work[T]) -> T:
        """Run `work` in a reading transaction, here and now."""
        try:
            with self._reader.begin() as connection:
                return work(connection)
        except (OperationalError, InterfaceError) as error:
            raise _unavailable(error) from error

    def write(self, work: Work[T]) -> T:
        """Run `work` in a writing transaction and wait until it is committed."""
        try:
            return self._submit(work).result()
        except (OperationalError, InterfaceError) as error:
            raise _unavailable(error) from error

    async def read_async(self, work: Work[T]) -> T:
        """`read` without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read, work)

    async def write_async(self, work: Work[T]) -> T:
        """`write` without blocking the event loop."""
        try:
            return await asyncio.wrap_future(self._submit(work))
        except (OperationalError, InterfaceError) as error:
            raise _unavailable(error) from error

    def close(self) -> None:
        """Finish queued work and close every connection."""
        if self._group is not None:
            self._group.close()
        self._threads.shutdown()
        self._writer.dispose()
        self._reader.dispose()

    def _submit(self, work: Work[T]) -> "Future[T]":
        if self._group is not None:
            return self._group.submit(work)
        return self._threads.submit(self._write_pooled, work)

    def _write_pooled(self, work: Work[T]) -> T:
        with self._writer.begin() as connection:
            return work(connection)


def open_database(url: str, *, connections: int = 8, busy_timeout_s: float = 5.0) -> Database:
    """Open `url` (`sqlite:///…` or `postgresql://…`). Creates no tables: see `migrate`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(
            reader=_sqlite_engine(url, "BEGIN", busy_timeout_s),
            writer=_sqlite_engine(url, "BEGIN IMMEDIATE", busy_timeout_s),
        )
    if parsed.get_backend_name() != "postgresql":
        raise ValueError(f"database.url must be sqlite:///… or postgresql://…, not {parsed.drivername}")
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=connections,
        pool_pre_ping=True,  # a connection that died while idle is replaced, not handed out
        connect_args={"connect_timeout": 5},
    )
    return Database(reader=engine, writer=engine)


def _sqlite_engine(url: str, begin: str, busy_timeout_s: float) -> Engine:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise ValueError("database.url: SQLite needs a file, since several processes share it")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": busy_timeout_s, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: object, _record: object) -> None:
        # The driver's own BEGIN comes too late and is deferred: a read that turns into a write then
        # fails at once, whatever the timeout. So we begin by ourselves.
        connection.isolation_level = None  # type: ignore[attr-defined]
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _unavailable(error: DBAPIError) -> DatabaseUnavailable:
    return DatabaseUnavailable(f"the database did not do it: {error.orig}")


def ping(connection: Connection) -> None:
    """The smallest question that only a living database answers."""
    connection.execute(text("SELECT 1"))
