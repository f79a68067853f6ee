"""An outbox with a scripted receiver."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from doorward import outbox
from doorward.clock import Clock
from doorward.outbox import Limits, OutboxItem, Runner, leases
from doorward.storage import Database
from doorward.storage import tables as t

LEASE = timedelta(seconds=120)
Script = Callable[[OutboxItem], BaseException | None]


class Receiver:
    """A handler that does what its script says, and counts what reached it by the item's id."""

    def __init__(self, script: Script = lambda _: None) -> None:
        self.script = script
        self.got: Counter[str] = Counter()

    async def deliver(self, item: OutboxItem) -> None:
        """Counted as received before it fails: a receiver may act and its answer be lost."""
        await asyncio.sleep(0)
        self.got[item.id] += 1
        if (error := self.script(item)) is not None:
            raise error


def order(database: Database, clock: Clock, name: str, kind: str = "webhook") -> str:
    """One item; `name` is its dedupe key."""
    return database.write(
        lambda c: outbox.enqueue(c, kind=kind, payload={"n": name}, dedupe_key=name, now=clock.now())
    )


def runner(
    database: Database, clock: Clock, receiver: Receiver, owner: str = "here", **limits: Any
) -> Runner:
    """A runner for webhooks that always waits the longest and never long for the database."""
    settled = Limits(**{"poll_s": 0.001, **limits})
    return Runner(database, {"webhook": receiver}, clock, owner, settled, random=lambda: 1.0)


def row(database: Database, item_id: str) -> Row[Any]:
    """The item as it is stored."""
    return database.read(lambda c: c.execute(select(t.outbox).where(t.outbox.c.id == item_id)).one())


def claim(database: Database, clock: Clock, owner: str) -> tuple[OutboxItem, ...]:
    """What a runner called `owner` claims, before it does anything with it."""
    claimant = leases.Claimant(owner, LEASE)
    return database.write(lambda c: leases.claim(c, ["webhook"], claimant, clock.now(), limit=16))
