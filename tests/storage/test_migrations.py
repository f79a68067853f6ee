"""Tables and their history."""

import threading
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from doorward.storage import Database, SchemaOutdated, check_schema, migrate, open_database
from doorward.storage.migrate import upgrade
from doorward.storage.tables import metadata


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def empty(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database without tables."""
    with open_database(request.getfixturevalue(request.param)) as database:
        yield database


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _set_revision(database: Database, revision: str) -> None:
    database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision}))


def test_migrations_lead_to_exactly_the_tables_that_the_code_knows(empty: Database) -> None:
    migrate(empty)

    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, metadata)

    assert empty.read(differences) == []
    assert empty.read(_tables) == set(metadata.tables)


def test_migrating_again_changes_nothing(empty: Database) -> None:
    migrate(empty)
    migrate(empty)

    check_schema(empty)


def test_two_processes_may_migrate_at_once(empty: Database) -> None:
    problems: list[BaseException] = []

    def bring_up() -> None:
        try:
            with open_database(empty.url) as database:
                migrate(database)
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=bring_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    check_schema(empty)


def test_a_migration_that_breaks_off_leaves_no_half_made_tables(empty: Database) -> None:
    def breaks_off(connection: Connection) -> None:
        upgrade(connection)
        raise OSError("the power went")

    with pytest.raises(OSError, match="power"):
        empty.write(breaks_off)

    assert empty.read(_tables) == set()


def test_a_database_without_tables_is_told_apart_and_how_to_mend_it(empty: Database) -> None:
    with pytest.raises(SchemaOutdated, match=r"no tables yet.*doorward init"):
        check_schema(empty)


def test_a_database_of_a_newer_version_is_left_alone(sqlite_database: Database) -> None:
    _set_revision(sqlite_database, "v9999_later")

    with pytest.raises(SchemaOutdated, match=r"newer Doorward.*v9999_later"):
        check_schema(sqlite_database)
    with pytest.raises(SchemaOutdated, match="newer Doorward"):
        migrate(sqlite_database)
