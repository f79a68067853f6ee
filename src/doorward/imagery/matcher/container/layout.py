"""How an index file is laid out, version 1. All numbers are little-endian.

    offset 0    magic            8 bytes, "DOORINDX"
           8    format version   uint32
          12    header length    uint32
          16    file length      uint64
          24    reserved         8 bytes, zero
          32    checksum         32 bytes, SHA-256 of the whole file without these 32 bytes
          64    header           JSON in UTF-8: `kind`, `note`, and the `sizes` that its kind names
    then, each beginning at a multiple of 4096, the sections that the kind names, in its order.

Where a section lies follows from the sizes by rule and is not written down, so that there is no
offset in the file that could point elsewhere, and no two sections can overlap: a file whose length is
not exactly what its sizes demand is refused before anything is mapped.
"""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike

import numpy as np

MAGIC = b"DOORINDX"
FORMAT_VERSION = 1
PAGE_BYTES = 4096
PREAMBLE = struct.Struct("<8sIIQ8x32s")
CHECKSUM_AT = 32
CHECKSUM_BYTES = 32
MAX_HEADER_BYTES = 64 * 1024

Sizes = Mapping[str, int]
AnyPath = str | PathLike[str]


@dataclass(frozen=True, slots=True)
class Array:
    """One array of an index: what it is called, its NumPy type (little-endian) and its shape."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def length(self) -> int:
        """Its size in bytes; exact for shapes of any size."""
        return np.dtype(self.dtype).itemsize * math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of index: the sizes that its header names, and the arrays that follow from them."""

    name: str
    sizes: tuple[str, ...]
    arrays: Callable[[Sizes], tuple[Array, ...]]


@dataclass(frozen=True, slots=True)
class Section:
    """An array with its place."""

    array: Array
    offset: int


def placed(arrays: tuple[Array, ...], start: int) -> tuple[Section, ...]:
    """The arrays, each at the next page after `start` bytes and after the one before it."""
    sections = []
    for array in arrays:
        start = to_page(start)
        sections.append(Section(array, start))
        start += array.length
    return tuple(sections)


def end(sections: tuple[Section, ...]) -> int:
    """Where the last of the sections ends."""
    return sections[-1].offset + sections[-1].array.length


def to_page(offset: int) -> int:
    """The first beginning of a page at or after `offset`."""
    return -(-offset // PAGE_BYTES) * PAGE_BYTES
