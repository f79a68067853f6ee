"""What a handler is given, and what it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One piece of work, leased for one attempt.

    `id` is the same at every attempt: receivers recognise a repetition by it.
    """

    id: str
    kind: str
    payload: Mapping[str, Any]
    attempt: int  # 1, 2, 3 …
    created_at: datetime


class RetryLater(Exception):
    """Not delivered now. `reason` is kept and shown to people: no content, no secrets in it."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_s = after_s  # not before this, as the receiver asked


class GiveUp(Exception):
    """Never to be delivered. `reason` as in `RetryLater`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Handler(Protocol):
    """Delivers all items of one kind.

    A protocol of one method, because that is all that differs between a webhook, a filing to an
    authority and feedback to a list owner; leases, back-off and dead letters are the runner's.
    """

    async def deliver(self, item: OutboxItem) -> None:
        """Deliver `item`, or raise `RetryLater` or `GiveUp`; whatever else it raises means *later*.

        A process may die after delivering and before that is recorded, so the receiver must be able
        to recognise `item.id`.
        """
        ...
