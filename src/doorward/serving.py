"""A running server's parts: what is started with it, and stopped in order with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger(__name__)

Loop = Callable[[asyncio.Event], Awaitable[None]]
"""Works until the event is set, then comes to an end by itself."""


@asynccontextmanager
async def running(loops: Sequence[Loop]) -> AsyncIterator[None]:
    """Run every loop beside the block; on leaving, ask all to stop and wait until they have.

    A loop that dies is logged as loudly as can be and does not bring the server down: what it kept
    up to date grows old, and `/readyz` and the answers say so.
    """
    stop = asyncio.Event()
    tasks = [asyncio.create_task(_guarded(loop, stop)) for loop in loops]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _guarded(loop: Loop, stop: asyncio.Event) -> None:
    try:
        await loop(stop)
    except Exception:
        log.exception("a background loop ended", loop=getattr(loop, "__qualname__", repr(loop)))
