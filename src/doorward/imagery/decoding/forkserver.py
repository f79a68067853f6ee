"""The fork server: a small process with the decoders loaded, which splits off workers on request.

Forking from it takes milliseconds, where a fresh interpreter with NumPy takes most of a second; and
forking from the server itself would copy its threads' locks in whatever state they are. It has
one thread and speaks one request at a time:

* `{"spawn": true}` with the worker's end of a socket → `{"pid": 4711}`, or `{"error": "…"}`
* `{"kill": 4711}` → `{"killed": 4711}`, or `{"killed": null}` if that child had already ended

It alone reaps the workers. So a process id it is asked to kill is still that of its own child,
never of a stranger to whom the system has given the number since.

Run as `python -m doorward.imagery.decoding.forkserver DESCRIPTOR MEMORY_BYTES`.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from typing import Any, NoReturn

from PIL import AvifImagePlugin, Image

from doorward.imagery import native
from doorward.imagery.decoding import channel, worker
from doorward.imagery.decoding.confinement import confine
from doorward.imagery.decoding.formats import PILLOW_FORMATS

_REAP_EVERY_S = 0.5


class ForkServer:
    """Serves the requests that come over `connection` until it closes."""

    def __init__(self, connection: socket.socket, memory_bytes: int) -> None:
        self._connection = connection
        self._memory_bytes = memory_bytes
        self._children: set[int] = set()

    def serve(self) -> None:
        """Answer until the pool is gone, then end the workers too."""
        channel.send(self._connection, {"ready": os.getpid()})
        try:
            while self._serve_one():
                self._reap()
        finally:
            for pid in tuple(self._children):
                self._kill(pid)

    def _serve_one(self) -> bool:
        readable, _, _ = select.select([self._connection], [], [], _REAP_EVERY_S)
        if not readable:
            return True
        received = channel.receive(self._connection)
        if received is None:
            return False
        request, descriptor = received
        channel.send(self._connection, self._answer(request, descriptor))
        return True

    def _answer(self, request: dict[str, Any], descriptor: int | None) -> dict[str, Any]:
        if descriptor is not None:
            return self._spawn(descriptor)
        return {"killed": self._kill(int(request["kill"]))}

    def _spawn(self, descriptor: int) -> dict[str, Any]:
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:  # out of processes or memory; those that there are live on
            return {"error": error.strerror}
        else:
            if pid == 0:
                self._become_worker(descriptor, parent)
        finally:
            os.close(descriptor)
        self._children.add(pid)
        return {"pid": pid}

    def _become_worker(self, descriptor: int, parent: int) -> NoReturn:
        """Never returns: what a worker leaves behind is for the system to clear up, not for Python."""
        status = 1
        try:
            self._connection.close()
            confine(self._memory_bytes, parent)
            with socket.socket(fileno=descriptor) as connection:
                worker.serve(connection)
            status = 0
        finally:
            os._exit(status)

    def _kill(self, pid: int) -> int | None:
        self._reap()
        if pid not in self._children:
            return None
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self._children.discard(pid)
        return pid

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):  # none left
            while self._children:
                pid, _ = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._children.discard(pid)


def preload() -> None:
    """Load all that workers will need, once."""
    Image.preinit()
    for name in PILLOW_FORMATS.values():
        if name not in Image.OPEN:
            Image.init()
    native.available()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # the pool has a worker for each processor already
    gc.collect()
    gc.freeze()  # so that a worker's garbage collector leaves the shared pages alone


def main() -> None:
    """Serve until the pool closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at a terminal is for the server to act upon
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        connection.setblocking(True)
        preload()
        ForkServer(connection, int(sys.argv[2])).serve()


if __name__ == "__main__":
    main()
