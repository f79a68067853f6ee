"""Files that a command line names."""

import stat
from collections.abc import Iterator
from pathlib import Path


class Unreadable(Exception):
    """A path that cannot be read; the message says why."""


def files_below(paths: list[Path]) -> Iterator[Path]:
    """Every path as it is named; of a folder all files in it, in order of their names."""
    for path in paths:
        if path.is_dir():
            yield from (one for one in sorted(path.rglob("*")) if one.is_file())
        else:
            yield path


def read_file(path: Path) -> bytes:
    """The bytes of a regular file. Devices, sockets and pipes are refused: they may never end."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise Unreadable("not a regular file; name files or folders")
        return path.read_bytes()
    except FileNotFoundError:
        raise Unreadable("there is no such file") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
