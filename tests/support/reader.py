"""A reader who types the commands of a page into a shell, one block after another."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import httpx

from support.pages import Block

DEFAULT_PORT = "8040"
_LIMIT_S = 120.0


@dataclass(slots=True)
class Reader:
    """Works in `folder`. Variables that a block exports, and its functions, are there in the next one.

    Servers end with the reader. Pages name the default port; here it is another, free one, so that
    tests disturb nobody.
    """

    folder: Path
    port: str = field(default_factory=lambda: str(free_port()))
    printed: str = ""
    _servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        running = [server for server in self._servers if server.poll() is None]
        for server in running:
            os.killpg(server.pid, signal.SIGTERM)
        for server in running:
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()

    def read(self, block: Block) -> None:
        """Do what the block and its note say; fails the test where that does not come out."""
        kind, _, argument = block.note.partition(": ")
        if kind == "file":
            (self.folder / argument).write_text(block.text)
        elif kind == "output":
            self._compare(block)
        elif block.language == "bash" and kind == "in the background":
            self._start(block, argument)
        elif block.language == "bash" and kind != "not run":
            self._run(block)

    def _run(self, block: Block) -> None:
        expected = int(block.note.rpartition(" ")[2]) if block.note.startswith("exits with") else 0
        done = subprocess.run(
            self._command(block),
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            cwd=self.folder,
            env=self._environment(),
        )
        self.printed = done.stdout + done.stderr
        assert done.returncode == expected, (
            f"{block} exits with {done.returncode}:\n{block.text}\n{self.printed}"
        )

    def _start(self, block: Block, url: str) -> None:
        log = self.folder / f".server-{block.line}.log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                self._command(block),
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd=self.folder,
                env=self._environment(),
            )
        self._servers.append(server)
        limit = time.monotonic() + _LIMIT_S
        while not _answers(self._ported(url)):
            assert server.poll() is None, f"{block} ended:\n{log.read_text()}"
            assert time.monotonic() < limit, f"{block} does not answer at {url}:\n{log.read_text()}"
            time.sleep(0.1)
        self.printed = log.read_text()

    def _compare(self, block: Block) -> None:
        """Every line shown was printed, in this order; spaces count as one."""
        printed = [_tidy(line) for line in self.printed.splitlines()]
        at = 0
        for line in filter(None, (_tidy(self._ported(line)) for line in block.text.splitlines())):
            pattern = re.compile(".*".join(re.escape(part) for part in line.split("…")))
            found = next(
                (number for number in range(at, len(printed)) if pattern.fullmatch(printed[number])), None
            )
            assert found is not None, f"{block} shows this line:\n{line}\nwhat was printed:\n{self.printed}"
            at = found + 1

    def _command(self, block: Block) -> list[str]:
        state = shlex.quote(str(self.folder / ".exported"))
        keep = f"touch {state}; source {state}; trap '{{ export -p; declare -f; }} > {state}' EXIT\n"
        return ["bash", "-euo", "pipefail", "-c", keep + self._ported(block.text)]

    def _environment(self) -> dict[str, str]:
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        home = {"HOME": str(self.folder), "PATH": programs, "COLUMNS": "110", "LANG": "C.UTF-8"}
        return {**home, "DOORWARD_HTTP__PORT": self.port}

    def _ported(self, text: str) -> str:
        return text.replace(DEFAULT_PORT, self.port)


def free_port() -> int:
    """A port of the loopback interface that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def _tidy(line: str) -> str:
    return " ".join(line.split())
