"""What Alembic runs for every command. The connection, and its transaction, come from the caller."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from doorward.storage.tables import metadata
from doorward.storage.types import Moment


def _render_item(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    """A revision names plain types, so that it means the same when our own types have moved on."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.BigInteger()"
    return False


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=_render_item,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table by copying it
    transactional_ddl=True,  # ours begins with BEGIN IMMEDIATE, so SQLite's DDL is transactional too
)
context.run_migrations()
