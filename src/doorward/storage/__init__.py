"""Tables, migrations and transactions: SQLite by default, PostgreSQL by URL, one code path."""

from doorward.storage.database import Database, DatabaseUnavailable, open_database
from doorward.storage.migrate import SchemaOutdated, check_schema, migrate

__all__ = [
    "Database",
    "DatabaseUnavailable",
    "SchemaOutdated",
    "check_schema",
    "migrate",
    "open_database",
]
