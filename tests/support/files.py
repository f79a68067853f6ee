"""Picture files that no encoder would write: by hand, byte for byte."""

import struct
import zlib
from collections.abc import Iterator

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB = 0, 2  # PNG colour types


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: bytes, *, bits: int = 8, colour: int = GREY) -> bytes:
    """A PNG with the given header, whatever `rows` (each with its filter byte) may hold."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = (
        png_chunk(b"IHDR", header),
        png_chunk(b"IDAT", zlib.compress(rows)),
        png_chunk(b"IEND", b""),
    )
    return PNG_SIGNATURE + b"".join(parts)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start of the data and its length, for each chunk of a PNG."""
    at = len(PNG_SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], at + 8, length
        at += 12 + length


def jpeg_claiming(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame header (SOF0 or SOF2) claims other dimensions than it has."""
    at = next(found for mark in (b"\xff\xc0", b"\xff\xc2") if (found := data.find(mark)) >= 0)
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def flipped(data: bytes, at: int) -> bytes:
    """`data` with all bits of one byte turned over."""
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
