"""How a snapshot file is laid out, version 1. All numbers are little-endian.

    offset 0    magic            8 bytes, "DOORLIST"
           8    format version   uint32
          12    header length    uint32
          16    file length      uint64
          24    reserved         8 bytes, zero
          32    checksum         32 bytes, SHA-256 of the whole file without these 32 bytes
          64    header           JSON in UTF-8: the list's details and the sizes of everything
    then, each beginning at a multiple of 4096, the sections in the order of `sections`.

Where a section lies follows from the sizes by rule and is not written down, so that there is no
offset in the file that could point elsewhere: a file whose length is not exactly what its sizes
demand is refused before anything is mapped.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from doorward.findings import Method
from doorward.lists.entries import DIGESTS, WIDTH_BYTES

MAGIC = b"DOORLIST"
FORMAT_VERSION = 1
PAGE_BYTES = 4096
PREAMBLE = struct.Struct("<8sIIQ8x32s")
CHECKSUM_AT = 32
CHECKSUM_BYTES = 32
MAX_HEADER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sizes:
    """Everything that the layout depends on."""

    entries: int
    id_bytes: int
    labels: int
    label_bytes: int
    md5: int
    sha1: int
    sha256: int
    pdq: int

    def of(self, method: Method) -> int:
        """How many hashes of one kind there are."""
        return {
            Method.MD5: self.md5,
            Method.SHA1: self.sha1,
            Method.SHA256: self.sha256,
            Method.PDQ: self.pdq,
        }[method]


@dataclass(frozen=True, slots=True)
class Section:
    """One array in the file."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int
    length: int


def sections(sizes: Sizes, header_bytes: int) -> dict[str, Section]:
    """Every section, with its place."""
    placed: dict[str, Section] = {}
    end = PREAMBLE.size + header_bytes
    for name, dtype, shape in _arrays(sizes):
        offset = -(-end // PAGE_BYTES) * PAGE_BYTES
        length = _bytes(dtype, shape)
        placed[name] = Section(name, dtype, shape, offset, length)
        end = offset + length
    return placed


def file_bytes(placed: dict[str, Section]) -> int:
    """The length of a file with these sections."""
    return max(section.offset + section.length for section in placed.values())


def _arrays(sizes: Sizes) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    yield "id_offsets", "<u8", (sizes.entries + 1,)
    yield "id_text", "|u1", (sizes.id_bytes,)
    yield "label_index", "<u4", (sizes.entries,)
    yield "label_offsets", "<u8", (sizes.labels + 1,)
    yield "label_text", "|u1", (sizes.label_bytes,)
    for method in (*DIGESTS, Method.PDQ):
        yield method.value, "|u1", (sizes.of(method), WIDTH_BYTES[method])
        yield f"{method.value}_entry", "<u4", (sizes.of(method),)
    yield "pdq_quality", "<i2", (sizes.pdq,)


def _bytes(dtype: str, shape: tuple[int, ...]) -> int:
    total = int(dtype[-1])
    for length in shape:
        total *= length
    return total
