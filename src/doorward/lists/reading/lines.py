"""Lines of a file of any size in bounded memory."""

from collections.abc import Iterator
from typing import Protocol

MAX_LINE_BYTES = 64 * 1024
_CHUNK_BYTES = 1 << 20

Line = tuple[int, bytes | None]
"""The number of a line, from 1, and its bytes without the line feed; None where it is too long."""


class Readable(Protocol):
    """As much of a binary file as is needed here."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        ...


def numbered_lines(file: Readable) -> Iterator[Line]:
    """Every line. One of more than `MAX_LINE_BYTES` is read past in pieces, never held."""
    number, rest, too_long = 0, b"", False
    while chunk := file.read(_CHUNK_BYTES):
        pieces = chunk.split(b"\n")
        pieces[0] = rest + pieces[0]
        rest = pieces.pop()
        for piece in pieces:
            number += 1
            yield number, None if too_long or len(piece) > MAX_LINE_BYTES else piece
            too_long = False
        if len(rest) > MAX_LINE_BYTES:
            rest, too_long = b"", True
    if rest or too_long:
        yield number + 1, None if too_long else rest
