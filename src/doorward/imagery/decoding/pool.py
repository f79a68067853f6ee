"""The pool of decoder processes, as the rest of the server sees it."""

import asyncio
import itertools
import os
from dataclasses import dataclass
from typing import Protocol

from doorward.clock import Clock
from doorward.detectors import Deadline
from doorward.findings import Cause
from doorward.imagery.decoding.answers import Decoded, Problem
from doorward.imagery.decoding.formats import refused
from doorward.imagery.decoding.jobs import Job
from doorward.imagery.decoding.keeper import NOT_RUNNING, Keeper, Tally
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.decoding.nursery import Nursery
from doorward.settings import ImagerySettings
from doorward.subjects import Body

_START_LIMIT_S = 60.0


class DecodersUnavailable(Exception):
    """Not one decoder process could be started."""


class Decoder(Protocol):
    """What the detector needs of a pool."""

    async def decode(self, body: Body, deadline: Deadline, *, exact: bool = False) -> Decoded:
        """Look at a picture and answer before `deadline`, whatever happens. Never raises for a file.

        With `exact` every rendering is; without, large JPEGs may be hashed from luma (`Rendering.exact`).
        """
        ...

    def stats(self) -> "PoolStats":
        """How the pool is."""
        ...


@dataclass(frozen=True, slots=True)
class PoolStats:
    """A moment in the life of a pool, and its counts since it started."""

    workers: int
    living: int
    busy: int
    waiting: int
    answered: int
    timed_out: int
    abandoned: int
    died: int
    retired: int
    fork_servers: int


class DecoderPool:
    """A fixed number of worker processes behind one queue."""

    def __init__(self, settings: ImagerySettings, clock: Clock) -> None:
        self._clock = clock
        self._limits = limits_from(settings)
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._numbers = itertools.count(1)
        self._tally = Tally()
        self._nursery = Nursery(settings.worker_memory_bytes)
        workers = settings.workers or os.cpu_count() or 1
        self._keepers = [Keeper(self._nursery, self._jobs, self._limits, self._tally) for _ in range(workers)]
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start all workers and wait for them. Raises `DecodersUnavailable` if not one comes up."""
        self._tasks = [asyncio.create_task(keeper.run()) for keeper in self._keepers]
        ready = [asyncio.ensure_future(keeper.ready.wait()) for keeper in self._keepers]
        done, pending = await asyncio.wait(ready, timeout=_START_LIMIT_S)
        for each in pending:
            each.cancel()
        if not done:
            await self.close()
            raise DecodersUnavailable(
                "No decoder process could be started; the log says why. Check that this Python can"
                " import NumPy and Pillow, and imagery.worker_memory_bytes."
            )

    async def decode(self, body: Body, deadline: Deadline, *, exact: bool = False) -> Decoded:
        """Have a worker look at `body`; see `Decoder.decode`."""
        problem = refused(body.size, self._limits) or self._not_running()
        if problem is not None:
            return Decoded(problems=(problem,))
        job = Job.of(next(self._numbers), body, deadline, exact=exact)
        self._jobs.put_nowait(job)
        try:
            await asyncio.wait((job.answer,), timeout=deadline.remaining_s())
            return job.answer.result() if job.answer.done() else Decoded(problems=(_unanswered(job),))
        finally:
            job.abandon()

    async def close(self) -> None:
        """End all workers. Who still waits is told that the decoders are gone."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        while not self._jobs.empty():
            job = self._jobs.get_nowait()
            job.resolve(Decoded(problems=(NOT_RUNNING,)))
            job.abandon()
        await self._nursery.close()

    def stats(self) -> PoolStats:
        """How the pool is."""
        return PoolStats(
            workers=len(self._keepers),
            living=sum(keeper.pid is not None for keeper in self._keepers),
            busy=sum(keeper.busy for keeper in self._keepers),
            waiting=self._jobs.qsize(),
            answered=self._tally.answered,
            timed_out=self._tally.timed_out,
            abandoned=self._tally.abandoned,
            died=self._tally.died,
            retired=self._tally.retired,
            fork_servers=self._nursery.starts,
        )

    def pids(self) -> tuple[int, ...]:
        """Process ids of the living workers, for those who watch (or test) them."""
        return tuple(keeper.pid for keeper in self._keepers if keeper.pid is not None)

    @property
    def fork_server_pid(self) -> int | None:
        """Process id of the fork server."""
        return self._nursery.pid

    def _not_running(self) -> Problem | None:
        return None if self._tasks else NOT_RUNNING


def _unanswered(job: Job) -> Problem:
    if job.taken:
        return Problem(Cause.TIMEOUT, "The picture could not be decoded before the deadline.", retry=True)
    return Problem(Cause.OVERLOADED, "No decoder process became free before the deadline.", retry=True)


def limits_from(settings: ImagerySettings) -> Limits:
    """The limits that the settings ask for."""
    return Limits(
        max_bytes=settings.max_decode_bytes,
        max_pixels=settings.max_pixels,
        max_frames=settings.max_frames,
        frames_sampled=settings.frames_sampled,
        time_s=settings.decode_timeout_s,
        luma_from_pixels=round(settings.luma_from_megapixels * 1_000_000),
    )
