"""A keeper against workers and fork servers that misbehave in ways real ones hardly ever do."""

import asyncio
import contextlib
import errno
import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from doorward.bodies import MemoryBody
from doorward.clock import SystemClock
from doorward.detectors import Deadline
from doorward.findings import Cause
from doorward.imagery.decoding import channel, forkserver, pool
from doorward.imagery.decoding.answers import Decoded, to_json
from doorward.imagery.decoding.conversation import Conversation, Gone
from doorward.imagery.decoding.jobs import Job
from doorward.imagery.decoding.keeper import Keeper, Tally
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.decoding.nursery import Nursery, Worker
from doorward.imagery.decoding.pool import DecoderPool, DecodersUnavailable
from doorward.settings import ImagerySettings

Reply = Callable[[dict[str, Any]], bytes]

HONEST = to_json(Decoded(width=7, height=5, frames=1))


def honestly(question: dict[str, Any]) -> bytes:
    return channel.encode({"job": question["job"], "last": False, "decoded": HONEST})


class ScriptedNursery(Nursery):
    """Its workers are threads that answer as they are told, the first by the first reply, and so on."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__(memory_bytes=0)
        self.killed: list[int] = []
        self._replies = list(replies)
        self._spawned = 0

    async def spawn(self) -> Worker:
        if not self._replies:
            raise Gone("there are no more")
        ours, theirs = socket.socketpair()
        threading.Thread(target=_reply, args=(theirs, self._replies.pop(0)), daemon=True).start()
        self._spawned += 1
        return Worker(self._spawned, Conversation(ours))

    async def kill(self, worker: Worker) -> None:
        worker.conversation.close()
        self.killed.append(worker.pid)


def _reply(line: socket.socket, reply: Reply) -> None:
    with line, contextlib.suppress(BrokenPipeError):
        while (received := channel.receive(line)) is not None:
            question, descriptor = received
            assert descriptor is not None
            os.close(descriptor)
            line.sendall(reply(question))


async def answers(keepers_nursery: ScriptedNursery, count: int) -> list[Decoded]:
    """What becomes of so many jobs, one after the other."""
    jobs: asyncio.Queue[Job] = asyncio.Queue()
    clock = SystemClock()
    keeping = asyncio.create_task(Keeper(keepers_nursery, jobs, Limits(time_s=60.0), Tally()).run())
    got = []
    for number in range(1, count + 1):
        with MemoryBody.of(b"a body") as body:
            job = Job.of(number, body, Deadline.after(60, clock))
            jobs.put_nowait(job)
            got.append(await job.answer)
    keeping.cancel()
    await asyncio.wait((keeping,))
    return got


@pytest.mark.parametrize(
    "reply",
    [
        lambda question: channel.encode({"job": question["job"] + 1, "last": False, "decoded": HONEST}),
        lambda question: channel.encode({"job": question["job"], "decoded": {**HONEST, "width": "wide"}}),
        lambda _: channel.encode({}),
        lambda _: b"[1, 2]\n",
        lambda _: b"not JSON\n",
        lambda _: b"\xff\xfe\n",
    ],
)
def test_a_worker_that_answers_wrongly_is_replaced_and_not_believed(reply: Reply) -> None:
    scripted = ScriptedNursery(reply, honestly)
    first, second = asyncio.run(answers(scripted, 2))
    assert [problem.cause for problem in first.problems] == [Cause.FAILED]
    assert (second.width, second.problems) == (7, ())
    assert scripted.killed == [1]


def test_a_worker_that_says_it_was_its_last_file_is_replaced() -> None:
    def last(question: dict[str, Any]) -> bytes:
        return channel.encode({"job": question["job"], "last": True, "decoded": HONEST})

    scripted = ScriptedNursery(last, last, last)
    assert [answer.width for answer in asyncio.run(answers(scripted, 3))] == [7, 7, 7]
    assert scripted.killed == [1, 2, 3]


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doorward.imagery.decoding.conversation.MAX_LINE_BYTES", 10_000)
    first, second = asyncio.run(answers(ScriptedNursery(lambda _: b"x" * 100_000, honestly), 2))
    assert [problem.cause for problem in first.problems] == [Cause.FAILED]
    assert second.width == 7


def test_a_job_whose_deadline_has_passed_is_not_begun() -> None:
    async def story() -> bool:
        with MemoryBody.of(b"a body") as body:
            job = Job.of(1, body, Deadline.after(0, SystemClock()))
            taken = job.take()
            job.abandon()
            return taken

    assert not asyncio.run(story())


def test_a_pool_without_a_fork_server_says_what_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.setattr(pool, "_START_LIMIT_S", 0.3)

    async def start() -> None:
        await DecoderPool(ImagerySettings(workers=1), SystemClock()).start()

    with pytest.raises(DecodersUnavailable, match=r"imagery\.worker_memory_bytes"):
        asyncio.run(start())


def test_a_fork_server_that_cannot_fork_says_so_and_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(os, "fork", refuse)
    ours, theirs = socket.socketpair()
    with ours, theirs, MemoryBody.of(b"") as anything:
        serving = threading.Thread(target=forkserver.ForkServer(theirs, 0).serve)
        serving.start()
        heard = [channel.receive(ours)]
        for _ in range(2):
            socket.send_fds(ours, [channel.encode({"spawn": True})], [anything.fileno()])
            heard.append(channel.receive(ours))
        channel.send(ours, {"kill": os.getpid()})
        heard.append(channel.receive(ours))
        ours.shutdown(socket.SHUT_WR)
        serving.join()
    messages = [each[0] for each in heard if each is not None]
    refused = {"error": os.strerror(errno.EAGAIN)}
    assert messages == [{"ready": os.getpid()}, refused, refused, {"killed": None}]
