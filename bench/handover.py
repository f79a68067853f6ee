"""What it costs to hand a received body to a decoder process: by descriptor, or by copying.

    python bench/handover.py [--bytes 3700000] [--rounds 400]

All ways in one run, in turns, to the same kind of process: one that reads the whole body once (as a
decoder does; here for a checksum) and says that it has. The body comes in pieces of 64 KiB. `whole`
is the time from the first piece to that word, `handed` the part of it after the last piece. The
fastest round is what a way costs; the median also shows what else the machine was doing.
"""

import argparse
import mmap
import os
import socket
import statistics
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import shared_memory

from doorward.bodies import MemoryBody

PIECE_BYTES = 64 * 1024
DONE = b"k"


@dataclass(frozen=True, slots=True)
class Timing:
    """One body through one way, in milliseconds."""

    whole_ms: float
    handed_ms: float


Way = Callable[[bytes], Timing]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Handing bodies over: by descriptor, or by copying.")
    parser.add_argument("--bytes", type=int, default=3_700_000)
    parser.add_argument("--rounds", type=int, default=400)
    options = parser.parse_args()
    timings = _measure(os.urandom(options.bytes), options.rounds)
    print(f"{options.bytes} bytes, {options.rounds} rounds each, in ms")
    print(f"{'':32}{'whole: fastest':>15}{'median':>9}{'handed: fastest':>18}{'median':>9}")
    for name, measured in timings.items():
        whole, handed = [each.whole_ms for each in measured], [each.handed_ms for each in measured]
        print(
            f"{name:32}{min(whole):15.2f}{statistics.median(whole):9.2f}"
            f"{min(handed):18.2f}{statistics.median(handed):9.2f}"
        )


def _measure(data: bytes, rounds: int) -> dict[str, list[Timing]]:
    with ExitStack() as open_ways:
        ways = {
            "memory file, descriptor sent": open_ways.enter_context(by_descriptor()),
            "memory file, copied to segment": open_ways.enter_context(by_copying_the_file(len(data))),
            "own memory, copied to segment": open_ways.enter_context(by_copying_own_memory(len(data))),
            "own memory, no other process": within_one_process,
        }
        timings: dict[str, list[Timing]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                timings[name].append(way(data))
    return timings


@contextmanager
def by_descriptor() -> Iterator[Way]:
    """As Doorward does it: the worker maps the file whose descriptor it is sent."""
    with _process(_read_descriptors) as line:

        def way(data: bytes) -> Timing:
            started = time.perf_counter()
            with MemoryBody() as body:
                for piece in _pieces(data):
                    body.write(piece)
                complete = time.perf_counter()
                socket.send_fds(line, [str(body.size).encode()], [body.fileno()])
                line.recv(1)
                return _timing(started, complete)

        yield way


@contextmanager
def by_copying_the_file(size_bytes: int) -> Iterator[Way]:
    """One shared segment for each worker, into which the memory file is copied at its turn."""
    with _segment(size_bytes) as (target, line):

        def way(data: bytes) -> Timing:
            started = time.perf_counter()
            with MemoryBody() as body:
                for piece in _pieces(data):
                    body.write(piece)
                complete = time.perf_counter()
                target[: body.size] = body.view()
                _say(line, body.size)
                return _timing(started, complete)

        yield way


@contextmanager
def by_copying_own_memory(size_bytes: int) -> Iterator[Way]:
    """The same, but the body is received into this process's own memory."""
    with _segment(size_bytes) as (target, line):

        def way(data: bytes) -> Timing:
            started = time.perf_counter()
            body = _received(data)
            complete = time.perf_counter()
            target[: len(body)] = body
            _say(line, len(body))
            return _timing(started, complete)

        yield way


def within_one_process(data: bytes) -> Timing:
    """What receiving and reading cost by themselves."""
    started = time.perf_counter()
    body = _received(data)
    complete = time.perf_counter()
    zlib.crc32(body)
    return _timing(started, complete)


def _read_descriptors(line: socket.socket) -> None:
    while True:
        size, descriptors, _, _ = socket.recv_fds(line, 16, 1)
        if not size:
            return
        with mmap.mmap(descriptors[0], int(size), access=mmap.ACCESS_READ) as mapped:
            os.close(descriptors[0])
            zlib.crc32(mapped)
        line.sendall(DONE)


@contextmanager
def _segment(size_bytes: int) -> Iterator[tuple[memoryview, socket.socket]]:
    segment = shared_memory.SharedMemory(create=True, size=size_bytes)
    memory = segment.buf
    if memory is None:
        raise RuntimeError("the segment has no memory")

    def read_segment(line: socket.socket) -> None:
        while size := line.recv(16):
            zlib.crc32(memory[: int(size)])
            line.sendall(DONE)

    try:
        with _process(read_segment) as line:
            yield memory, line
    finally:
        segment.close()
        segment.unlink()


@contextmanager
def _process(work: Callable[[socket.socket], None]) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        work(theirs)
        os._exit(0)
    theirs.close()
    with ours:
        yield ours
        ours.shutdown(socket.SHUT_RDWR)  # later processes hold copies of this end
    os.waitpid(pid, 0)


def _say(line: socket.socket, size_bytes: int) -> None:
    line.sendall(str(size_bytes).encode())
    line.recv(1)


def _received(data: bytes) -> bytearray:
    body = bytearray()
    for piece in _pieces(data):
        body += piece
    return body


def _pieces(data: bytes) -> Iterator[memoryview]:
    view = memoryview(data)
    return (view[at : at + PIECE_BYTES] for at in range(0, len(view), PIECE_BYTES))


def _timing(started: float, complete: float) -> Timing:
    now = time.perf_counter()
    return Timing((now - started) * 1000, (now - complete) * 1000)


if __name__ == "__main__":
    main()
