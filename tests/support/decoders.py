"""A pool of real decoder processes, on a loop of its own."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from doorward.bodies import MemoryBody
from doorward.clock import SystemClock
from doorward.detectors import Deadline
from doorward.imagery.decoding.answers import Decoded
from doorward.imagery.decoding.pool import DecoderPool, PoolStats
from doorward.settings import ImagerySettings

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RunningPool:
    """A started pool and the loop it lives on."""

    pool: DecoderPool
    clock: SystemClock
    runner: asyncio.Runner

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Run a coroutine on the pool's loop."""
        return self.runner.run(work)

    async def look(self, data: bytes, seconds: float = 60.0) -> Decoded:
        """Have `data` decoded; the deadline is generous, for machines that run other tests too."""
        with MemoryBody.of(data) as body:
            return await self.pool.decode(body, Deadline.after(seconds, self.clock))

    async def until(self, condition: Callable[[PoolStats], bool]) -> None:
        """Wait until the pool is as `condition` wants it."""
        while not condition(self.pool.stats()):  # noqa: ASYNC110 (a test has no event to wait for)
            await asyncio.sleep(0.01)

    async def until_living(self, workers: int) -> None:
        """Wait until so many workers live."""
        await self.until(lambda stats: stats.living >= workers)

    async def until_busy(self) -> None:
        """Wait until a worker has been given a file."""
        await self.until(lambda stats: stats.busy > 0)


def started(settings: ImagerySettings) -> Iterator[RunningPool]:
    """A pool with these settings, closed again."""
    clock = SystemClock()
    with asyncio.Runner() as runner:
        pool = runner.run(_start(settings, clock))
        try:
            yield RunningPool(pool, clock, runner)
        finally:
            runner.run(pool.close())


async def _start(settings: ImagerySettings, clock: SystemClock) -> DecoderPool:
    pool = DecoderPool(settings, clock)
    await pool.start()
    return pool
