"""Pending rows of the ledger."""

import pytest
from sqlalchemy import select

from doorward import ledger
from doorward.clock import ManualClock
from doorward.storage import Database
from doorward.storage.tables import ledger_pending


def test_a_row_is_there_with_what_it_says(database: Database, clock: ManualClock) -> None:
    row_id = database.write(
        lambda c: ledger.append(c, kind="verdict", body={"decision": "hold"}, now=clock.now())
    )

    row = database.read(lambda c: c.execute(select(ledger_pending)).one())

    assert (row.id, row.kind, row.body) == (row_id, "verdict", {"decision": "hold"})
    assert row.created_at == clock.now()


def test_a_row_is_gone_with_the_transaction_it_belongs_to(database: Database, clock: ManualClock) -> None:
    def fails(connection: object) -> None:
        ledger.append(connection, kind="verdict", body={}, now=clock.now())  # type: ignore[arg-type]
        raise RuntimeError("something later in the transaction")

    with pytest.raises(RuntimeError):
        database.write(fails)
    assert database.read(lambda c: c.execute(select(ledger_pending)).all()) == []
