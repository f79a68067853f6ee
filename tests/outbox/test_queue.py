"""Ordering work."""

from sqlalchemy import func, select

from doorward.clock import ManualClock
from doorward.outbox import enqueue
from doorward.storage import Database
from doorward.storage.tables import outbox


def test_work_ordered_twice_is_one_item_with_one_id(database: Database, clock: ManualClock) -> None:
    def order(account: str) -> str:
        return database.write(
            lambda c: enqueue(
                c, kind="webhook", payload={"account": account}, dedupe_key="k", now=clock.now()
            )
        )

    first, second = order("a"), order("b")

    assert first == second
    assert database.read(lambda c: c.execute(select(func.count()).select_from(outbox)).scalar_one()) == 1
