"""One place in the pool: keeps a worker alive and hands it job after job."""

import asyncio
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog

from doorward.findings import Cause
from doorward.imagery.decoding.answers import BadAnswer, Decoded, Problem, from_json
from doorward.imagery.decoding.conversation import Gone
from doorward.imagery.decoding.jobs import Job
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.decoding.nursery import Nursery, Worker

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0

NOT_RUNNING = Problem(Cause.FAILED, "The decoder processes are not running.", retry=True)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Tally:
    """What has happened in a pool since it started; for metrics."""

    answered: int = 0
    timed_out: int = 0
    abandoned: int = 0
    died: int = 0
    retired: int = 0


class Keeper:
    """Runs as one task. It alone talks to its worker, so answers and questions cannot be mixed up."""

    def __init__(self, nursery: Nursery, jobs: "asyncio.Queue[Job]", limits: Limits, tally: Tally) -> None:
        self.ready = asyncio.Event()  # has a living worker
        self.busy = False
        self._nursery = nursery
        self._jobs = jobs
        self._limits = limits
        self._tally = tally
        self._worker: Worker | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the living worker, if there is one."""
        return None if self._worker is None else self._worker.pid

    async def run(self) -> None:
        """Serve until cancelled."""
        try:
            while True:
                worker = self._worker or await self._new_worker()
                job = await self._next_job(worker)
                if job is not None and job.take():
                    await self._serve(worker, job)
        finally:
            if self._worker is not None:
                self._worker.conversation.close()

    async def _new_worker(self) -> Worker:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                self._worker = await self._nursery.spawn()
            except (Gone, OSError) as error:
                log.error("decoder_worker_not_started", reason=str(error), next_try_s=pause_s)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            else:
                self.ready.set()
                return self._worker

    async def _next_job(self, worker: Worker) -> Job | None:
        """The next job; `None` if the worker died while it waited for one."""
        waiting = asyncio.ensure_future(self._jobs.get())
        hung_up = asyncio.ensure_future(worker.conversation.hung_up())
        try:
            await asyncio.wait((waiting, hung_up), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _see_out(waiting, hung_up)
        job = None if waiting.cancelled() else waiting.result()
        if hung_up.cancelled():
            return job
        if job is not None:  # both at once: another worker shall have it
            self._jobs.put_nowait(job)
        self._tally.died += 1
        await self._lose(worker, "died while idle")
        return None

    async def _serve(self, worker: Worker, job: Job) -> None:
        self.busy = True
        try:
            await self._talk(worker, job)
        finally:
            self.busy = False
            job.resolve(Decoded(problems=(NOT_RUNNING,)))  # only if the pool is being closed
            job.close()

    async def _talk(self, worker: Worker, job: Job) -> None:
        wait_ms = (job.deadline.clock.monotonic_s() - job.asked_s) * 1000
        time_s = min(self._limits.time_s, job.deadline.remaining_s())
        limits = replace(self._limits, time_s=time_s)
        if job.exact:
            limits = replace(limits, luma_from_pixels=0)
        question = {"job": job.number, "size": job.size, "limits": asdict(limits)}
        asking = asyncio.ensure_future(worker.conversation.ask(question, job.descriptor))
        try:
            await asyncio.wait((asking, job.answer), timeout=time_s, return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                await self._answered(worker, job, asking, wait_ms)
            else:
                await self._overrun(worker, job, time_s)
        finally:
            await _see_out(asking)

    async def _answered(
        self, worker: Worker, job: Job, asking: "asyncio.Future[dict[str, Any]]", wait_ms: float
    ) -> None:
        try:
            answer = asking.result()
            decoded = _decoded(answer, job)
        except (Gone, BadAnswer) as error:
            self._tally.died += 1
            reason = "The decoder process failed while it looked at this file."
            job.resolve(Decoded(problems=(Problem(Cause.FAILED, reason, retry=True),)))
            await self._lose(worker, str(error))
            return
        self._tally.answered += 1
        job.resolve(replace(decoded, timings_ms={**decoded.timings_ms, "wait": wait_ms}))
        if answer.get("last"):
            self._tally.retired += 1
            await self._lose(worker, None)

    async def _overrun(self, worker: Worker, job: Job, time_s: float) -> None:
        """Kill a worker that is over its time, or whose answer nobody waits for any more.

        A new one costs milliseconds; the old one might compute for seconds.
        """
        if job.answer.done():
            self._tally.abandoned += 1
        else:
            self._tally.timed_out += 1
            reason = f"The decoder ran past {time_s:.1f} s and was stopped."
            job.resolve(Decoded(problems=(Problem(Cause.TIMEOUT, reason, retry=True),)))
        await self._lose(worker, "overran")

    async def _lose(self, worker: Worker, reason: str | None) -> None:
        if reason is not None:
            log.warning("decoder_worker_lost", pid=worker.pid, reason=reason)
        self._worker = None
        self.ready.clear()
        await self._nursery.kill(worker)


def _decoded(answer: dict[str, Any], job: Job) -> Decoded:
    if answer.get("job") != job.number:
        raise BadAnswer("an answer to another question")
    return from_json(answer.get("decoded"))


async def _see_out(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel what is not done and wait until it is, so that nothing of it happens later."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # seen; asyncio would complain about an error that nobody looks at
