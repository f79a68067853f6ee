"""What a worker may do, how it ends, and that it leaves nothing behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from doorward.bodies import MemoryBody
from doorward.imagery.decoding import channel, worker
from doorward.imagery.decoding.answers import from_json
from doorward.imagery.decoding.conversation import Conversation
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.fingerprint import fingerprint
from support.decoders import RunningPool
from support.pictures import sample

IDLE_SERVER = """
import asyncio
from doorward.clock import SystemClock
from doorward.imagery.decoding.pool import DecoderPool
from doorward.settings import ImagerySettings

async def main():
    pool = DecoderPool(ImagerySettings(workers=2), SystemClock())
    await pool.start()
    print(pool.fork_server_pid, *pool.pids(), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def limit_of(pid: int, name: str) -> str:
    """The soft limit of a process, as /proc tells it."""
    for line in Path(f"/proc/{pid}/limits").read_text().splitlines():
        if line.startswith(name):
            return line.removeprefix(name).split()[0]
    raise AssertionError(name)


def gone(pid: int) -> bool:
    """Has the process ended (or is only its name left, because nobody reaps orphans here)?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def ask(connection: socket.socket, number: int, data: bytes) -> dict[str, Any]:
    """One question to a worker and its answer."""
    with MemoryBody.of(data) as body:
        question = {"job": number, "size": body.size, "limits": asdict(Limits(time_s=60.0))}
        socket.send_fds(connection, [channel.encode(question)], [body.fileno()])
        received = channel.receive(connection)
    assert received is not None
    return received[0]


def test_a_worker_may_write_no_file_dump_no_core_and_take_no_more_memory(calm_pool: RunningPool) -> None:
    for pid in calm_pool.pool.pids():
        assert limit_of(pid, "Max file size") == "0"
        assert limit_of(pid, "Max core file size") == "0"
        assert limit_of(pid, "Max address space") == str(3 * 1024**3)
        assert "NoNewPrivs:\t1" in Path(f"/proc/{pid}/status").read_text()


def test_workers_hold_no_descriptors_but_their_own_line(calm_pool: RunningPool) -> None:
    for pid in calm_pool.pool.pids():
        targets = [os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")]
        assert sum(target.startswith("socket:") for target in targets) == 1
        assert {target for target in targets if not target.startswith("socket:")} == {"/dev/null"}


def test_decoder_processes_load_no_machinery_of_the_server() -> None:
    heavy = "{'pydantic', 'sqlalchemy', 'fastapi', 'structlog', 'asyncio'}"
    program = f"import sys, doorward.imagery.decoding.forkserver; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_nothing_outlives_a_server_that_is_killed() -> None:
    server = subprocess.Popen([sys.executable, "-c", IDLE_SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pids = [int(word) for word in server.stdout.readline().split()]
    assert len(pids) == 3
    server.send_signal(signal.SIGKILL)
    server.wait()
    server.stdout.close()
    while not all(gone(pid) for pid in pids):
        time.sleep(0.01)


@pytest.mark.parametrize(("jobs", "resident_bytes"), [(3, 1 << 40), (1_000, 1)])
def test_a_worker_retires_after_its_jobs_or_when_it_has_grown(
    monkeypatch: pytest.MonkeyPatch, jobs: int, resident_bytes: int
) -> None:
    monkeypatch.setattr(worker, "JOBS_IN_A_LIFE", jobs)
    monkeypatch.setattr(worker, "RESIDENT_BYTES_AT_REST", resident_bytes)
    ours, theirs = socket.socketpair()
    answers: list[dict[str, Any]] = []

    def client() -> None:
        with ours:
            assert channel.receive(ours) == ({"ready": os.getpid()}, None)
            while not answers or not answers[-1]["last"]:
                answers.append(ask(ours, len(answers), sample("coins.png")))

    asking = threading.Thread(target=client)
    asking.start()
    with theirs:
        worker.serve(theirs)
    asking.join()
    assert [answer["job"] for answer in answers] == list(range(3 if jobs == 3 else 1))
    assert from_json(answers[0]["decoded"]).renderings == fingerprint(sample("coins.png")).renderings


def test_a_worker_ends_when_the_pool_hangs_up() -> None:
    ours, theirs = socket.socketpair()
    ours.shutdown(socket.SHUT_WR)
    with ours, theirs:
        worker.serve(theirs)


def test_a_message_that_comes_in_pieces_is_read_whole() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, MemoryBody.of(b"x") as body:
        socket.send_fds(ours, [b'{"jo'], [body.fileno()])
        ours.sendall(b'b":1}\n')
        received = channel.receive(theirs)
    assert received is not None
    message, descriptor = received
    assert message == {"job": 1}
    assert descriptor is not None
    os.close(descriptor)


def test_a_line_without_end_is_a_dead_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "MAX_LINE_BYTES", 1000)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"x" * 5000)
        ours.close()
        assert channel.receive(theirs) is None


def test_a_descriptor_is_sent_even_when_the_line_is_full() -> None:
    async def story() -> tuple[list[Any], int | None]:
        ours, theirs = socket.socketpair()
        with theirs, MemoryBody.of(b"x") as body:
            conversation = Conversation(ours)
            filler = b"x" * 1024
            sent = 0
            try:
                while True:
                    sent += ours.send(filler)
            except BlockingIOError:
                pass
            telling = asyncio.create_task(conversation.tell({"job": 1}, body.fileno()))
            await asyncio.sleep(0)
            assert not telling.done()
            while sent:
                sent -= len(await asyncio.to_thread(theirs.recv, min(sent, 65536)))
            await telling
            received = channel.receive(theirs)
            conversation.close()
        assert received is not None
        return [received[0]], received[1]

    messages, descriptor = asyncio.run(story())
    assert json.dumps(messages) == '[{"job": 1}]'
    assert descriptor is not None
    os.close(descriptor)
