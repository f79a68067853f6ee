"""`INSERT … ON CONFLICT` for the database at hand; both understand the same words."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that has `on_conflict_do_nothing` and `on_conflict_do_update`.

    The result's `rowcount` says how many rows were written: SQLAlchemy leaves it out for inserts
    unless it is asked, and -1 would read as "there was a conflict" or as "there was none".
    """
    statement = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return statement(table).execution_options(preserve_rowcount=True)
