"""A directory of one process, and the clean-up after processes that died.

Several server processes share one spool. Each works in a subdirectory that it holds a lock on; the
kernel drops the lock however the process ends, so an unlocked subdirectory has no owner any more.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from doorward.ids import new_id


class OwnedDirectory:
    """A fresh subdirectory of `parent`, ours until `close` or the end of this process."""

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _guard(parent):
            _remove_abandoned(parent)
            self.path = parent / new_id("p")
            self.path.mkdir(mode=0o700)
            self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def close(self) -> None:
        """Remove the directory with all that is in it."""
        if self._lock >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1


@contextlib.contextmanager
def locked_if_free(path: Path) -> Iterator[bool]:
    """Whether nobody holds a lock on `path`; if so it is ours inside the block."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _guard(parent: Path) -> Iterator[None]:
    """Between the making of a subdirectory and its locking nobody may take it for abandoned."""
    descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_abandoned(parent: Path) -> None:
    for path in parent.iterdir():
        if path.is_dir():
            with locked_if_free(path) as free:
                if free:
                    shutil.rmtree(path, ignore_errors=True)
