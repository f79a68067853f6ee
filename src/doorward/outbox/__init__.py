"""Durable work that leaves the process: leases, retries with back-off, dead letters."""

from doorward.outbox.queue import ItemState, enqueue

__all__ = ["ItemState", "enqueue"]
