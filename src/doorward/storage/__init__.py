"""Tables, migrations and transactions: SQLite by default, PostgreSQL by URL, one code path."""

from doorward.storage.database import Database, DatabaseUnavailable, open_database

__all__ = ["Database", "DatabaseUnavailable", "open_database"]
