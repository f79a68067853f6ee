"""Transactions on SQLite and PostgreSQL behind one small interface.

Work is a function of a connection: it runs inside one transaction and its result is returned once
that is committed. It must not have effects outside the database, since it may be run again.

SQLite allows one writer. All writing work of a process goes through one thread, which commits
whatever has queued up meanwhile as a group (one fsync for many verdicts), each piece in its own
savepoint so that one failure rolls back only itself. PostgreSQL has a pool.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

from sqlalchemy import Connection, Engine, make_url, text

from doorward.storage.engines import postgresql_engines, sqlite_engines
from doorward.storage.errors import DatabaseUnavailable, translated
from doorward.storage.pooled import write_pooled
from doorward.storage.writer import GroupCommitWriter

__all__ = ["Database", "DatabaseUnavailable", "Work", "open_database", "ping"]

T = TypeVar("T")
Work = Callable[[Connection], T]


class Database:
    """Reads and writes, from threads and from the event loop.

    All four raise `DatabaseUnavailable` where the database did not do it, and whatever `work` raises.
    A caller that is cancelled while it waits may find its work done or not done, never half.
    """

    def __init__(self, reader: Engine, writer: Engine, threads: int) -> None:
        self._reader = reader
        self._writer = writer
        self.dialect = reader.dialect.name  # "sqlite" or "postgresql"
        self._group = GroupCommitWriter(writer) if self.dialect == "sqlite" else None
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="database")
        self._closed = False

    @property
    def url(self) -> str:
        """The URL with its password, for programs started with the same database."""
        return self._reader.url.render_as_string(hide_password=False)

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations."""
        return self._writer

    def read(self, work: Work[T]) -> T:
        """Run `work` in a reading transaction, here and now. It sees one moment and cannot write."""
        self._require_open()
        return self._read(work)

    def write(self, work: Work[T]) -> T:
        """Run `work` in a writing transaction and wait until it is committed."""
        self._require_open()
        if self._group is None:
            return self._write_pooled(work)
        with translated(self._writer.url):
            return self._group.submit(work).result()

    async def read_async(self, work: Work[T]) -> T:
        """`read` without blocking the event loop."""
        self._require_open()
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, work)

    async def write_async(self, work: Work[T]) -> T:
        """`write` without blocking the event loop."""
        self._require_open()
        if self._group is None:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._write_pooled, work)
        with translated(self._writer.url):
            return await asyncio.wrap_future(self._group.submit(work))

    def close(self) -> None:
        """Finish queued work and close every connection. What comes later is refused."""
        self._closed = True
        if self._group is not None:
            self._group.close()
        self._threads.shutdown()
        self._writer.dispose()
        self._reader.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, work: Work[T]) -> T:
        with translated(self._reader.url), self._reader.begin() as connection:
            return work(connection)

    def _write_pooled(self, work: Work[T]) -> T:
        with translated(self._writer.url):
            return write_pooled(self._writer, work)

    def _require_open(self) -> None:
        if self._closed:
            raise DatabaseUnavailable("the database is closed: this process is ending")


def open_database(url: str, *, connections: int = 8, busy_timeout_s: float = 5.0) -> Database:
    """Open `url` (`sqlite:///…` or `postgresql://…`). Creates no tables: see `migrate`.

    `connections` bounds the pool of PostgreSQL and the threads; `busy_timeout_s` is how long SQLite
    waits for another process that is writing. Raises `ValueError` for another kind of URL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(*sqlite_engines(parsed, busy_timeout_s), threads=connections)
    if parsed.get_backend_name() == "postgresql":
        return Database(*postgresql_engines(parsed, connections), threads=connections)
    raise ValueError(f"database.url must be sqlite:///… or postgresql://…, not {parsed.drivername}")


def ping(connection: Connection) -> None:
    """The smallest question that only a living database answers."""
    connection.execute(text("SELECT 1"))
