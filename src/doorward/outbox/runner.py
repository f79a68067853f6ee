"""Works off the outbox."""

import asyncio
import random as randomness
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from doorward.clock import Clock, stopped_within
from doorward.outbox import leases
from doorward.outbox.backoff import Backoff
from doorward.outbox.delivery import GiveUp, Handler, OutboxItem, RetryLater
from doorward.settings import RetentionSettings, WebhookSettings
from doorward.storage import Database, DatabaseUnavailable

log = structlog.get_logger(__name__)

_Settle = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How the runner works."""

    max_attempts: int = 12
    at_once: int = 16  # deliveries under way together
    lease_s: float = 120.0
    delivery_s: float = 60.0  # a delivery is ended well before its lease, so that nobody else has it too
    poll_s: float = 0.5
    settle_tries: int = 20  # times, `poll_s` apart, that an outcome is written while the database is away
    keep_done: timedelta = timedelta(days=30)
    keep_dead: timedelta = timedelta(days=365)
    backoff: Backoff = field(default_factory=Backoff)

    @classmethod
    def of(cls, webhooks: WebhookSettings, retention: RetentionSettings) -> "Limits":
        """The limits that the settings ask for."""
        return cls(
            max_attempts=webhooks.max_attempts,
            delivery_s=webhooks.timeout_s + 5.0,  # the sender's own limit ends it first, and knows why
            lease_s=webhooks.timeout_s
            + 20.0,  # outlasts the delivery also where nodes differ by some seconds
            keep_done=timedelta(days=retention.outbox_done_days),
            keep_dead=timedelta(days=retention.outbox_dead_days),
        )


class Runner:
    """Claims items that are due and hands each to the handler of its kind.

    Any number of runners may work on one database. `owner` must be this process's alone. Items of a
    kind without a handler wait for a runner that has one. Nothing that goes wrong ends the loop: not
    a database that is away, nor whatever a handler raises.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        clock: Clock,
        owner: str,
        limits: Limits | None = None,
        random: Callable[[], float] = randomness.random,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._clock = clock
        self._limits = limits or Limits()
        self._claimant = leases.Claimant(owner, timedelta(seconds=self._limits.lease_s))
        self._random = random

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; deliveries under way are finished first."""
        under_way: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                items = await self._claim_or_none(self._limits.at_once - len(under_way))
                for item in items:
                    task = group.create_task(self._attempt(item))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                if len(under_way) == self._limits.at_once:
                    await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                elif not items:
                    await stopped_within(stop, self._limits.poll_s)

    async def run_once(self) -> int:
        """Attempt what is due now, one batch of it, and return how many items that were."""
        items = await self._claim(self._limits.at_once)
        await asyncio.gather(*(self._attempt(item) for item in items))
        return len(items)

    async def _claim_or_none(self, free: int) -> tuple[OutboxItem, ...]:
        try:
            return await self._claim(free)
        except DatabaseUnavailable as error:
            log.warning("outbox waits for the database", error=str(error))
        except Exception as error:  # the loop must outlive whatever this is
            log.error("outbox cannot claim", at=_where(error))
        return ()

    async def _claim(self, limit: int) -> tuple[OutboxItem, ...]:
        now, kinds = self._clock.now(), tuple(self._handlers)
        if limit < 1 or not await self._database.read_async(lambda c: leases.is_due(c, kinds, now)):
            return ()
        return await self._database.write_async(lambda c: leases.claim(c, kinds, self._claimant, now, limit))

    async def _attempt(self, item: OutboxItem) -> None:
        settle = await self._deliver(item)
        for _ in range(self._limits.settle_tries):
            try:
                await self._database.write_async(settle)
                return
            except Exception as error:  # a database that is away, mostly; the loop must outlive it all
                log.warning("outcome not recorded yet", item=item.id, error=type(error).__name__)
            await asyncio.sleep(self._limits.poll_s)
        # The lease ends by itself, and the item goes out again under the same id.
        log.error("outcome not recorded", item=item.id, kind=item.kind)

    async def _deliver(self, item: OutboxItem) -> _Settle:
        """Attempt `item` once; returns what is to be written about it."""
        if item.attempt > self._limits.max_attempts:  # only a runner that died leaves such a thing
            return self._dead(item, f"the process ended during attempt {self._limits.max_attempts}")
        try:
            async with asyncio.timeout(self._limits.delivery_s):
                await self._handlers[item.kind].deliver(item)
        except RetryLater as later:
            return self._later(item, later.reason, later.after_s or 0.0)
        except GiveUp as refusal:
            return self._dead(item, refusal.reason)
        except TimeoutError:
            return self._later(item, f"no end within {self._limits.delivery_s:g} s")
        except Exception as error:  # its text may hold content, so its kind and place must do
            log.error("handler failed", item=item.id, kind=item.kind, at=_where(error))
            return self._later(item, f"the handler failed ({type(error).__name__})")
        log.info("delivered", item=item.id, kind=item.kind, attempt=item.attempt)
        now = self._clock.now()
        return lambda connection: leases.mark_done(connection, item, now, self._limits.keep_done)

    def _later(self, item: OutboxItem, reason: str, after_s: float = 0.0) -> _Settle:
        if item.attempt >= self._limits.max_attempts:
            return self._dead(item, f"{reason}; that was attempt {item.attempt}, the last")
        log.warning("not delivered", item=item.id, kind=item.kind, attempt=item.attempt, reason=reason)
        at = self._clock.now() + self._limits.backoff.wait(item.attempt, self._random, after_s)
        owner = self._claimant.owner
        return lambda connection: leases.put_off(connection, item, owner, reason, at)

    def _dead(self, item: OutboxItem, reason: str) -> _Settle:
        log.error("given up", item=item.id, kind=item.kind, attempt=item.attempt, reason=reason)
        now, owner, keep = self._clock.now(), self._claimant.owner, self._limits.keep_dead
        return lambda connection: leases.give_up(connection, item, owner, reason, now, keep)


def _where(error: Exception) -> str:
    """File and line an error comes from: enough to find it, and no values."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
