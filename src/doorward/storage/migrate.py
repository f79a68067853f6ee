"""Bringing the tables to the shape that this version of Doorward works with.

A developer who changed `tables.py` writes the next revision with `new_revision`; a test compares the
revisions with `tables.py` on both databases.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from doorward.storage.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")

# Any number will do, as long as every Doorward uses the same one ("doorward" in ASCII).
_ADVISORY_LOCK = int.from_bytes(b"doorward", "big")


class SchemaOutdated(Exception):
    """The tables have another shape than this version of Doorward needs."""


def migrate(database: Database) -> None:
    """Create the tables, or bring them up to date, in one transaction.

    Running it again changes nothing, and two processes may run it at once: SQLite admits one
    writer, and on PostgreSQL the second waits for an advisory lock and then finds nothing to do.
    """
    database.write(_upgrade)


def check_schema(database: Database) -> None:
    """Raise `SchemaOutdated` unless the tables are those of this version."""
    there = set(database.read(_revisions))
    script = ScriptDirectory(str(MIGRATIONS))
    if there == set(script.get_heads()):
        return
    if not there:
        raise SchemaOutdated("the database has no tables yet. Make them with `doorward init`.")
    known = {revision.revision for revision in script.walk_revisions()}
    names = ", ".join(sorted(there))
    if there - known:
        raise SchemaOutdated(
            f"the database was made by a newer Doorward (revision {names}). Install that or a later version."
        )
    raise SchemaOutdated(
        f"the database's tables are of an older version (revision {names}). Bring them up to date with "
        "`doorward init`, after a backup."
    )


def new_revision(database: Database, message: str, name: str) -> None:
    """For developers: write the revision `name` that leads from `database` as it is to `tables.py`."""
    database.write(
        lambda connection: command.revision(_config(connection), message, autogenerate=True, rev_id=name)
    )


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    command.upgrade(_config(connection), "head")


def _revisions(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["connection"] = connection
    return config
