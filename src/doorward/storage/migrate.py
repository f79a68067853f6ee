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
    Raises `SchemaOutdated` where the tables are of a newer version.
    """
    database.write(upgrade)


def upgrade(connection: Connection) -> None:
    """`migrate` in the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    _require_known(_revisions(connection))
    command.upgrade(_config(connection), "head")


def check_schema(database: Database) -> None:
    """Raise `SchemaOutdated` unless the tables are those of this version."""
    there = database.read(_revisions)
    if not there:
        raise SchemaOutdated("the database has no tables yet. Make them with `doorward init`.")
    _require_known(there)
    if there != frozenset(_script().get_heads()):
        raise SchemaOutdated(
            f"the database's tables are of an older version (revision {_names(there)}). Bring them up to date "
            "with `doorward init`, after a backup."
        )


def new_revision(database: Database, message: str, name: str) -> None:
    """For developers: write the revision `name` that leads from `database` as it is to `tables.py`."""
    database.write(
        lambda connection: command.revision(_config(connection), message, autogenerate=True, rev_id=name)
    )


def _require_known(there: frozenset[str]) -> None:
    known = {revision.revision for revision in _script().walk_revisions()}
    if not there <= known:
        raise SchemaOutdated(
            f"the database was made by a newer Doorward (revision {_names(there)}). Install that or a later "
            "version."
        )


def _revisions(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())


def _names(revisions: frozenset[str]) -> str:
    return ", ".join(sorted(revisions))


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["connection"] = connection
    return config
