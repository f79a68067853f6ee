"""The file that is imported, read with a progress bar."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from doorward.cli.common import err
from doorward.lists.errors import ListError
from doorward.lists.reading import Format, ListContents, collect, read_rows

STANDARD_INPUT = "-"


def read_contents(name: str, format_: Format | None) -> ListContents:
    """Everything in the file `name`, or on standard input for `-`; raises `ListError`."""
    shown = "standard input" if name == STANDARD_INPUT else name
    try:
        with _opened(name) as file:
            return collect(read_rows(file, name, format_))
    except ListError as error:
        raise ListError(f"{shown}: {error}") from error
    except OSError as error:
        raise ListError(
            f"{shown}: cannot be read: {error.strerror}. Check its name, owner and mode."
        ) from error


@contextmanager
def _opened(name: str) -> Iterator["_Counted"]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(
        *columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal
    ) as progress:
        if name == STANDARD_INPUT:
            yield _Counted(sys.stdin.buffer, progress, progress.add_task("Reading", total=None))
            return
        path = Path(name)
        with path.open("rb") as file:
            task = progress.add_task(f"Reading {path.name}", total=path.stat().st_size or None)
            yield _Counted(file, progress, task)


@dataclass(frozen=True, slots=True)
class _Counted:
    file: BinaryIO
    progress: Progress
    task: TaskID

    def read(self, size: int, /) -> bytes:
        """Pass on what was read, and count it."""
        data = self.file.read(size)
        self.progress.advance(self.task, len(data))
        return data
