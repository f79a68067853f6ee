"""Rows that wait for their place in the ledger.

What happens writes its row here, in its own transaction. A later part gives the rows their places
and signs them; it takes them by what is there, never by a cursor, since commits arrive out of order.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from doorward.ids import new_id
from doorward.storage.tables import ledger_pending


def append(connection: Connection, *, kind: str, body: Mapping[str, Any], now: datetime) -> str:
    """Record that something consequential happened; returns the row's id.

    `body` is JSON without content and without names of people: it is meant to outlive both.
    """
    row_id = new_id("l")
    connection.execute(ledger_pending.insert().values(id=row_id, kind=kind, body=dict(body), created_at=now))
    return row_id
