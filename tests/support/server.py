"""A real `doorward serve` in a process of its own, for tests that need the whole house."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import httpx

_START_LIMIT_S = 60.0


def doorward(*arguments: str, data: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command to its end; returns what it printed. Fails the test where the command failed."""
    done = subprocess.run(
        [sys.executable, "-m", "doorward", *arguments],
        env={**os.environ, "DOORWARD_DATA": str(data), **(env or {})},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"doorward {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


class RunningServer:
    """`doorward serve` on a port of its own; started on entry, killed on exit if still there."""

    def __init__(
        self, data: Path, *, env: Mapping[str, str] | None = None, arguments: tuple[str, ...] = ()
    ) -> None:
        self._data = data
        self._env = {**os.environ, "DOORWARD_DATA": str(data), **(env or {})}
        self._arguments = arguments
        self._log = data.parent / f"{data.name}-server.log"
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> "RunningServer":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """All that the server wrote to standard error."""
        return self._log.read_text()

    def start(self) -> None:
        """Start, and wait until `/readyz` says that uploads can be screened."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "doorward", "serve", "--port", "0", *self._arguments],
                env=self._env,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.url = self._address()
        self._wait_until_ready()

    def kill(self) -> None:
        """`kill -9`, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Stop as an operator would; returns the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(how)
        code = process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()
        return code

    def _address(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(r"http://\S+", line):
                return found.group()
        raise AssertionError(f"the server did not start:\n{self.log[-4000:]}")

    def _wait_until_ready(self) -> None:
        limit = time.monotonic() + _START_LIMIT_S
        last = ""
        while time.monotonic() < limit:
            try:
                answer = httpx.get(f"{self.url}/readyz", timeout=10)
            except httpx.TransportError as error:
                last = repr(error)
            else:
                if answer.status_code == 200:
                    return
                last = answer.text
            time.sleep(0.05)
        raise AssertionError(f"the server was not ready in time: {last}\n{self.log[-4000:]}")
