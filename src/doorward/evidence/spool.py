"""Disk space that is taken before a body is accepted.

What must be preserved must not fail for want of space once its verdict is made. So a door reserves
room for every upload first; nearly all uploads are allowed and give it back unused. Reserved space is
a file whose blocks are allocated (`posix_fallocate`), kept and handed out again: on that way nothing
touches the disk. Where there is no room, `reserve` says so and the answer becomes `hold` with
`"preserved": false`.

Copy-on-write file systems (btrfs, ZFS) promise less: there a write into allocated space may still
find the disk full, and the vault then raises `NotPreserved`, which means the same to the caller.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from doorward.evidence.errors import EvidenceUnwritable
from doorward.evidence.owned import OwnedDirectory
from doorward.evidence.sealing import sealed_size

SMALLEST_BYTES = 64 * 1024

Allocate = Callable[[int, int], None]


def allocate_blocks(descriptor: int, size: int) -> None:
    """Make the file really own `size` bytes of disk. Raises `OSError`."""
    os.posix_fallocate(descriptor, 0, size)


def size_class(size: int) -> int:
    """The size of spool file that serves `size` bytes: powers of two, so that files are used again."""
    return max(SMALLEST_BYTES, 1 << (size - 1).bit_length())


@dataclass(frozen=True, slots=True)
class SpoolStats:
    """How the budget stands. `problem` is the last refusal of the disk, for warnings to operators."""

    budget_bytes: int
    idle_bytes: int
    reserved_bytes: int
    refused: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class _SpoolFile:
    path: Path
    size: int


class Reservation:
    """Room for one sealed body. Give it back with `release`, or let the vault `take` it; once."""

    __slots__ = ("_file", "_spool")

    def __init__(self, spool: "Spool", file: _SpoolFile) -> None:
        self._spool = spool
        self._file: _SpoolFile | None = file

    @property
    def size(self) -> int:
        """Bytes of disk that are reserved; zero once given back or taken."""
        return self._file.size if self._file else 0

    def release(self) -> None:
        """Give the room back unused. Does nothing after `take` or a second time."""
        file, self._file = self._file, None
        if file is not None:
            self._spool.put_back(file)

    def take(self) -> Path:
        """The allocated file, the caller's from now on; the budget no longer counts it."""
        file, self._file = self._file, None
        if file is None:
            raise ValueError("this reservation was used already; reserve again for another body")
        self._spool.hand_over(file)
        return file.path


class Spool:
    """The reserve of one server process. Thread safe.

    `directory` is on the file system of the vault, and may be shared by several processes; each has
    its own budget. `allocate` is a parameter for the sake of tests of a full disk.
    """

    def __init__(self, directory: Path, budget_bytes: int, *, allocate: Allocate = allocate_blocks) -> None:
        try:
            self._home = OwnedDirectory(directory)
        except OSError as error:
            raise EvidenceUnwritable(
                f"{directory}: no space can be kept ready for evidence here: {error.strerror}. "
                "Check owner, mode and free space of the data directory."
            ) from error
        self._budget = budget_bytes
        self._allocate = allocate
        self._lock = threading.Lock()
        self._idle: defaultdict[int, list[_SpoolFile]] = defaultdict(list)
        self._allocated = 0  # idle and reserved together
        self._made = 0
        self._closed = False
        self._refused = 0
        self._problem: str | None = None

    def reserve(self, size: int) -> Reservation | None:
        """Room for `size` bytes of plaintext, or `None` where budget or disk have none."""
        wanted = size_class(sealed_size(size))
        with self._lock:
            file = None if self._closed else self._find(wanted)
            if file is None:
                self._refused += 1
                return None
        return Reservation(self, file)

    def stats(self) -> SpoolStats:
        """The present state of the budget."""
        with self._lock:
            idle = sum(size * len(files) for size, files in self._idle.items())
            return SpoolStats(self._budget, idle, self._allocated - idle, self._refused, self._problem)

    def close(self) -> None:
        """Give all space back to the disk."""
        with self._lock:
            self._closed = True
        self._home.close()

    def put_back(self, file: _SpoolFile) -> None:
        """Keep `file` for the next one who needs its size. For `Reservation`."""
        with self._lock:
            self._idle[file.size].append(file)

    def hand_over(self, file: _SpoolFile) -> None:
        """Stop counting `file`: it becomes evidence. For `Reservation`."""
        with self._lock:
            self._allocated -= file.size

    def _find(self, size: int) -> _SpoolFile | None:
        return (
            self._pop_idle(size)
            or self._make(size)
            or self._cut_larger(size)
            or self._make_from_smaller(size)
        )

    def _pop_idle(self, size: int) -> _SpoolFile | None:
        files = self._idle[size]
        return files.pop() if files else None

    def _make(self, size: int) -> _SpoolFile | None:
        if self._allocated + size > self._budget:
            return None
        file = _SpoolFile(self._home.path / f"{self._made}.spool", size)
        self._made += 1
        try:
            self._write_out(file)
        except OSError as error:
            file.path.unlink(missing_ok=True)
            self._problem = f"the disk refused {size} bytes: {error.strerror}"
            return None
        self._allocated += size
        self._problem = None
        return file

    def _cut_larger(self, size: int) -> _SpoolFile | None:
        """Shorten an idle file of a larger size: that works on a full disk, too."""
        larger = next((each for each in sorted(self._idle) if each > size and self._idle[each]), None)
        if larger is None:
            return None
        file = self._idle[larger].pop()
        try:
            os.truncate(file.path, size)
        except OSError as error:
            self._idle[larger].append(file)
            self._problem = f"{file.path} could not be shortened: {error.strerror}"
            return None
        self._allocated -= larger - size
        return _SpoolFile(file.path, size)

    def _make_from_smaller(self, size: int) -> _SpoolFile | None:
        """Where the budget is used up by idle smaller files, put one larger in their place."""
        excess = self._allocated + size - self._budget
        smaller = [file for each in sorted(self._idle) if each < size for file in self._idle[each]]
        if excess <= 0 or excess > sum(file.size for file in smaller):
            return None
        while self._allocated + size > self._budget:
            file = smaller.pop()
            self._idle[file.size].remove(file)
            self._allocated -= file.size
            file.path.unlink(missing_ok=True)
        return self._make(size)

    def _write_out(self, file: _SpoolFile) -> None:
        descriptor = os.open(file.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            self._allocate(descriptor, file.size)
        finally:
            os.close(descriptor)
