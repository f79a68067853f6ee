"""Where the pool's workers come from: the fork server, as the server sees it."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import structlog

from doorward.imagery.decoding.conversation import Conversation, Gone

_MODULE = "doorward.imagery.decoding.forkserver"
_START_LIMIT_S = 60.0  # a cold disk and a busy machine; usually well under a second
_ANSWER_LIMIT_S = 10.0
_FAREWELL_LIMIT_S = 2.0
_MIB = 1024 * 1024
_ENVIRONMENT = {
    # One thread each: the pool has a worker for every processor already.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # glibc's allocator shall keep up to 512 MiB for the next picture. By default it gives the buffers of
    # each picture back and gets cleared pages for the next, which takes half of the time: 28 against
    # 13 ms of processor time at half a megapixel, 842 against 415 ms at 12.
    "MALLOC_TRIM_THRESHOLD_": str(512 * _MIB),
    "MALLOC_MMAP_THRESHOLD_": str(512 * _MIB),
    "MALLOC_TOP_PAD_": str(64 * _MIB),
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """A worker process and the line to it."""

    pid: int
    conversation: Conversation


class Nursery:
    """Spawns and kills workers through the fork server, which it starts, and starts again if it dies."""

    def __init__(self, memory_bytes: int) -> None:
        self.starts = 0
        self._memory_bytes = memory_bytes
        self._lock = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._conversation: Conversation | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the fork server, if there is one."""
        return None if self._process is None else self._process.pid

    async def spawn(self) -> Worker:
        """A new worker, confined and waiting. Raises `Gone` when there is none to be had."""
        ours, theirs = socket.socketpair()
        conversation = Conversation(ours)
        try:
            with theirs:
                pid = _pid(await self._ask({"spawn": True}, theirs.fileno()))
            async with asyncio.timeout(_ANSWER_LIMIT_S):
                await conversation.listen()  # it says that it is ready
        except TimeoutError as error:
            conversation.close()
            raise Gone("the new worker does not say that it is ready") from error
        except BaseException:
            conversation.close()
            raise
        return Worker(pid, conversation)

    async def kill(self, worker: Worker) -> None:
        """End a worker, whatever it is doing; nothing happens if it has already ended."""
        worker.conversation.close()
        # Without a fork server there are no workers: they die with it (`confinement`).
        with contextlib.suppress(Gone):
            if self._conversation is not None:
                await self._ask({"kill": worker.pid})

    async def close(self) -> None:
        """End the fork server and with it all workers."""
        async with self._lock:
            process = self._process
            self._hang_up()
            if process is None:
                return
            try:
                await asyncio.to_thread(process.wait, _FAREWELL_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                await asyncio.to_thread(process.wait)

    async def _ask(self, question: dict[str, Any], descriptor: int | None = None) -> dict[str, Any]:
        async with self._lock:
            conversation = await self._running()
            try:
                async with asyncio.timeout(_ANSWER_LIMIT_S):
                    return await conversation.ask(question, descriptor)
            except TimeoutError as error:
                self._give_up()
                raise Gone("the fork server does not answer") from error
            except BaseException:  # also when cancelled: the answer would be taken for the next one
                self._give_up()
                raise

    async def _running(self) -> Conversation:
        if self._process is not None and self._process.poll() is not None:
            log.warning("decoder_fork_server_died", status=self._process.returncode)
            self._hang_up()
        if self._conversation is None:
            self._conversation = await self._start()
        return self._conversation

    async def _start(self) -> Conversation:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = self._launch(theirs.fileno())
        self.starts += 1
        conversation = Conversation(ours)
        try:
            async with asyncio.timeout(_START_LIMIT_S):
                await conversation.listen()
        except BaseException as error:
            conversation.close()
            self._give_up()
            if isinstance(error, OSError | Gone):  # a TimeoutError is an OSError
                raise Gone(f"the fork server did not start; try `python -c 'import {_MODULE}'`") from error
            raise
        return conversation

    def _launch(self, descriptor: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", _MODULE, str(descriptor), str(self._memory_bytes)]
        return subprocess.Popen(
            command,
            pass_fds=(descriptor,),
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # decoder libraries complain there, quoting the file
            start_new_session=True,
        )

    def _give_up(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._conversation is not None:
            self._conversation.close()
        self._conversation = self._process = None


def _pid(answer: dict[str, Any]) -> int:
    pid = answer.get("pid")
    if not isinstance(pid, int):
        raise Gone(f"the fork server cannot fork: {answer.get('error')}")
    return pid
