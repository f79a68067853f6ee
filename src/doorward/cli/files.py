"""Files that a command line names."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from doorward.bodies import MemoryBody

_PIECE_BYTES = 1024 * 1024


class Unreadable(Exception):
    """A path that cannot be read; the message says why."""


def files_below(paths: list[Path]) -> Iterator[Path]:
    """Every path as it is named; of a folder all files in it, in order of their names."""
    for path in paths:
        if path.is_dir():
            yield from (one for one in sorted(path.rglob("*")) if one.is_file())
        else:
            yield path


def read_body(path: Path) -> MemoryBody:
    """A regular file as an upload's body. Devices, sockets and pipes are refused: they may never end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("not a regular file; name files or folders")
        with path.open("rb") as file:
            return _whole(file)
    except FileNotFoundError:
        raise Unreadable("there is no such file") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error


def _whole(file: BinaryIO) -> MemoryBody:
    body = MemoryBody()
    try:
        while piece := file.read(_PIECE_BYTES):
            body.write(piece)
    except BaseException:
        body.close()
        raise
    return body
