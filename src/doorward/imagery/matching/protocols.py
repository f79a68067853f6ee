"""What a list offers to matchers, and what matchers offer to the search."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method


class HashTable(Protocol):
    """The hashes of one list version, in arrays; `doorward.lists.snapshot` describes them."""

    md5: NDArray[np.uint8]
    md5_entry: NDArray[np.uint32]
    sha1: NDArray[np.uint8]
    sha1_entry: NDArray[np.uint32]
    sha256: NDArray[np.uint8]
    sha256_entry: NDArray[np.uint32]
    pdq: NDArray[np.uint8]
    pdq_entry: NDArray[np.uint32]
    pdq_quality: NDArray[np.int16]

    def entry_id(self, entry: int) -> str:
        """The source's id of an entry."""
        ...

    def label(self, entry: int) -> str | None:
        """The source's label of an entry."""
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """Hashes near a query: `rows[i]` of the table differs from it in `distances_bits[i]` bits."""

    rows: NDArray[np.intp]
    distances_bits: NDArray[np.uint16]


class PerceptualMatcher(Protocol):
    """Finds all 256-bit hashes within a Hamming radius of a query.

    All of them: an index that trades recall for speed does not qualify. The exhaustive one is the
    oracle against which any other is tested.
    """

    def within(self, query: bytes, radius_bits: int) -> Near:
        """Every row at most `radius_bits` from `query`, in any order."""
        ...


class DigestMatcher(Protocol):
    """Finds all entries with a given digest."""

    def find(self, digest: bytes) -> tuple[int, ...]:
        """Numbers of the entries that have it."""
        ...


@dataclass(frozen=True, slots=True)
class Matchers:
    """The matchers over one list version."""

    pdq: PerceptualMatcher
    digests: Mapping[Method, DigestMatcher]


class BuildMatchers(Protocol):
    """Makes the matchers for a list version, before it comes into force. May take its time."""

    def __call__(self, table: HashTable) -> Matchers:
        """The matchers over `table`, which stay valid as long as anyone holds them."""
        ...
