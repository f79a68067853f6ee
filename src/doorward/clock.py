"""The only source of time. Everything that asks what time it is, is given a `Clock`."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall-clock time for records, monotonic time for deadlines.

    The two are kept apart because the wall clock jumps (NTP, an operator, a suspended machine)
    and a deadline must not.
    """

    def now(self) -> datetime:
        """The present moment, timezone-aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that only ever grow; the zero point means nothing."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()


@dataclass(slots=True)
class ManualClock:
    """A clock that moves only when told to; for tests and simulations."""

    moment: datetime
    elapsed_s: float = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic_s(self) -> float:
        return self.elapsed_s

    def advance(self, step: timedelta) -> None:
        """Move both clocks forward by `step`."""
        self.moment += step
        self.elapsed_s += step.total_seconds()


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """The pause of a loop that must end promptly: waits until `stop` is set, at most `seconds`.

    Returns whether it is set.
    """
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True
