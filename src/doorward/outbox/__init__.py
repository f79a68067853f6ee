"""Durable work that leaves the process: leases, retries with back-off, dead letters."""

from doorward.outbox.delivery import GiveUp, Handler, OutboxItem, RetryLater
from doorward.outbox.leases import take_back
from doorward.outbox.queue import ItemState, enqueue
from doorward.outbox.runner import Limits, Runner
from doorward.outbox.webhooks import WebhookSender, WebhooksNotConfigured

__all__ = [
    "GiveUp",
    "Handler",
    "ItemState",
    "Limits",
    "OutboxItem",
    "RetryLater",
    "Runner",
    "WebhookSender",
    "WebhooksNotConfigured",
    "enqueue",
    "take_back",
]
