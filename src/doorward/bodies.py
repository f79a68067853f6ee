"""Bodies of uploads in anonymous memory files.

A body is written once, as it arrives, and then only mapped: by the digester here and, through its
file descriptor, by a decoder process. Nothing of it has a name in any file system. Before anybody else
gets the descriptor the body is sealed, so that a decoder taken over by a hostile file cannot change
what is preserved as evidence of it.
"""

import contextlib
import fcntl
import mmap
import os
import tempfile
from types import TracebackType

_F_SEAL_FUTURE_WRITE = 0x10  # <linux/fcntl.h>; Python's module has it from 3.13 on


def _anonymous_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("doorward-body", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with tempfile.TemporaryFile() as file:  # systems without memfd: a file whose name is gone
        return os.dup(file.fileno())


def map_private(descriptor: int, size: int) -> mmap.mmap:
    """Map a body for reading. Not shared: before Linux 6.7 a sealed file could not be mapped shared."""
    return mmap.mmap(descriptor, size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)


def _seal(descriptor: int) -> None:
    """Forbid every further change.

    F_SEAL_FUTURE_WRITE (Linux 5.1) does it in a microsecond. F_SEAL_WRITE, for older systems, first
    makes sure that no write is under way, which took 0.4 ms a body.
    """
    if not hasattr(fcntl, "F_ADD_SEALS"):
        return
    for against_writing in (_F_SEAL_FUTURE_WRITE, fcntl.F_SEAL_WRITE):
        try:
            fcntl.fcntl(
                descriptor, fcntl.F_ADD_SEALS, against_writing | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK
            )
        except OSError:  # an older system, or not a memfd: the nameless file of other systems
            continue
        return


class MemoryBody:
    """A growing, then readable, body. Satisfies `doorward.subjects.Body`."""

    def __init__(self) -> None:
        self._descriptor = _anonymous_file()
        self._size = 0
        self._map: mmap.mmap | None = None
        self._sealed = False

    @classmethod
    def of(cls, data: bytes) -> "MemoryBody":
        """A body holding `data`."""
        body = cls()
        body.write(data)
        return body

    @property
    def size(self) -> int:
        return self._size

    def fileno(self) -> int:
        """The descriptor, sealed: from now on nobody can write to it, here or elsewhere."""
        if not self._sealed:
            _seal(self._descriptor)
            self._sealed = True
        return self._descriptor

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Append `chunk`. Not allowed once `view` or `fileno` was called."""
        if self._map is not None or self._sealed:
            raise ValueError("the body is already being read; write all of it before view() or fileno()")
        rest = memoryview(chunk)
        while rest:
            written = os.write(self._descriptor, rest)
            self._size += written
            rest = rest[written:]

    def view(self) -> memoryview:
        if self._size == 0:
            return memoryview(b"")
        if self._map is None:
            self._map = map_private(self._descriptor, self._size)
        return memoryview(self._map)

    def close(self) -> None:
        if self._descriptor < 0:
            return
        if self._map is not None:
            with contextlib.suppress(BufferError):  # a view is still alive somewhere: the map goes with it
                self._map.close()
            self._map = None
        os.close(self._descriptor)
        self._descriptor = -1

    def __enter__(self) -> "MemoryBody":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
