"""Processes that publish one entry and kill themselves at the step they are told.

One process has everything imported, and for each line of JSON on its standard input forks a child
that publishes and dies; it answers with the signal of which the child died. So each death costs
milliseconds instead of the seconds that a fresh interpreter takes.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from doorward.clock import ManualClock
from doorward.lists import records, shelf
from doorward.lists.publication import publish
from doorward.lists.shelf import Shelf
from doorward.lists.snapshot import writing
from doorward.storage import open_database
from support.companions import COPIES, Copy
from support.hash_lists import details
from support.publishing import entry

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def _die(*_: Any, **__: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives this")


def _dying_after(function: Callable[..., Any]) -> Callable[..., NoReturn]:
    def run(*arguments: Any, **options: Any) -> NoReturn:
        function(*arguments, **options)
        _die()

    return run


def _half_filled(_: Copy, path: Path, text: str) -> NoReturn:
    path.write_text(text[:20])
    _die()


def _half_written(write: Callable[..., Any]) -> Callable[..., NoReturn]:
    def run(file: Any, *arguments: Any) -> NoReturn:
        write(file, *arguments)
        file.truncate(file.tell() // 2)
        file.flush()
        _die()

    return run


TRAPS: dict[str, Callable[[], None]] = {
    "half written": lambda: setattr(writing, "_write", _half_written(writing._write)),
    "before the rename": lambda: setattr(writing.os, "replace", _die),  # type: ignore[attr-defined]
    "before the companion": lambda: setattr(Copy, "write", _die),
    "in the companion": lambda: setattr(Copy, "fill", _half_filled),
    "after the companion": lambda: setattr(Copy, "write", _dying_after(Copy.write)),
    "after the rename": lambda: setattr(shelf, "take_name", _dying_after(shelf.take_name)),  # type: ignore[attr-defined]
    "in the transaction": lambda: setattr(records, "put_in_force", _dying_after(records.put_in_force)),
    "after the commit": lambda: setattr(shelf.Shelf, "put", _dying_after(shelf.Shelf.put)),
    "while tidying": lambda: setattr(shelf.Shelf, "_tidy", _die),
}


def publish_and_die(url: str, directory: str, step: str, name: str) -> None:
    """Publish a list of one entry called `name` as far as `step`."""
    TRAPS[step]()
    shelf = Shelf(open_database(url), Path(directory), ManualClock(NOW), companions=COPIES)
    publish(shelf, details("known"), [entry(name)])


def serve() -> None:
    """Fork a child for each order, and say of what it died (0: it lived)."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            publish_and_die(**json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, flush=True)


if __name__ == "__main__":
    serve()
