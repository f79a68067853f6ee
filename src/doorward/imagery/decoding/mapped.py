"""Mapped memory as a file."""

from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from typing import Any


def as_file(data: memoryview) -> BufferedReader:
    """A file to read `data` from, piece by piece, so that a body is never copied whole."""
    return BufferedReader(_Mapped(data))


class _Mapped(RawIOBase):
    """What `BufferedReader` reads from."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        target = memoryview(buffer)
        piece = self._data[self._at : self._at + len(target)]
        target[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        base = {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: len(self._data)}[whence]
        self._at = max(0, base + offset)
        return self._at
