"""Which key is this? Asked on every request, so it is answered from memory."""

import asyncio
import math
from collections.abc import Mapping

import structlog

from doorward.access.keys import ApiKey, live_keys, token_hash
from doorward.clock import Clock
from doorward.storage import Database, DatabaseUnavailable

log = structlog.get_logger(__name__)

MISS_AGE_S = 0.25  # an unknown token may be a key made a moment ago; guessing must not flood the database


class KeyRing:
    """The live keys, not older than `max_age_s`: so soon a revoked key stops working.

    While the database is away the ring goes on with what it knew, so that callers get the gate's own
    answer (*hold*) and not a refusal that they might take for their own mistake.
    """

    def __init__(self, database: Database, clock: Clock, max_age_s: float = 2.0) -> None:
        self._database = database
        self._clock = clock
        self._max_age_s = max_age_s
        self._keys: Mapping[str, ApiKey] | None = None
        self._asked_at_s = -math.inf
        self._problem: DatabaseUnavailable | None = None  # why the last question had no answer
        self._asking = asyncio.Lock()

    def find(self, token: str) -> ApiKey | None:
        """The key of `token` as last known, without looking for news."""
        return (self._keys or {}).get(token_hash(token))

    async def lookup(self, token: str) -> ApiKey | None:
        """The key of `token`, or `None` where it is unknown or revoked.

        Raises `DatabaseUnavailable` where the keys could not be read even once: that is no reason to
        call a caller's key wrong.
        """
        for age_s in (self._max_age_s, min(MISS_AGE_S, self._max_age_s)):
            await self._ensure(age_s)
            if (key := self.find(token)) is not None:
                return key
        if self._keys is None and self._problem is not None:
            raise self._problem
        return None

    async def refresh(self) -> None:
        """Read the keys now. Raises `DatabaseUnavailable`."""
        asked_at_s = self._clock.monotonic_s()
        try:
            self._keys = await self._database.read_async(live_keys)
            self._problem = None
        except DatabaseUnavailable as error:
            self._problem = error
            raise
        finally:
            self._asked_at_s = asked_at_s  # after a failure too: not every request shall wait for one

    async def _ensure(self, age_s: float) -> None:
        async with self._asking:  # one asks, the others wait for its answer
            if self._clock.monotonic_s() - self._asked_at_s >= age_s:
                try:
                    await self.refresh()
                except DatabaseUnavailable as error:
                    log.warning("keys not refreshed", error=str(error))
