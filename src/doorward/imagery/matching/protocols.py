"""What a list offers to matchers, and what matchers offer to the search."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method
from doorward.lists.columns import HashColumn


class HashTable(Protocol):
    """The hashes of one list version, as `doorward.lists.snapshot` keeps them."""

    @property
    def hashes(self) -> Mapping[Method, HashColumn]:
        """All hashes of each kind, and whose they are: digests in ascending order, PDQ in any."""
        ...

    @property
    def pdq_quality(self) -> NDArray[np.int16]:
        """0 … 100 for each PDQ hash, or -1 where the source does not say."""
        ...

    def entry_id(self, entry: int) -> str:
        """The source's id of an entry."""
        ...

    def label(self, entry: int) -> str | None:
        """The source's label of an entry."""
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """Hashes near each of some queries.

    For query i, each row in `rows[offsets[i]:offsets[i + 1]]` of the table differs from it in as many
    bits as stand at the same place in `distances_bits`.
    """

    offsets: NDArray[np.int64]
    rows: NDArray[np.intp]
    distances_bits: NDArray[np.uint16]

    def of(self, query: int) -> tuple[NDArray[np.intp], NDArray[np.uint16]]:
        """The rows near one query, and their distances."""
        part = slice(self.offsets[query], self.offsets[query + 1])
        return self.rows[part], self.distances_bits[part]


class PerceptualMatcher(Protocol):
    """Finds all 256-bit hashes within a Hamming radius of a query.

    All of them: an index that trades recall for speed does not qualify. The exhaustive one is the
    oracle against which any other is tested. It is asked for many queries at once, since those share
    what a call costs.
    """

    def within_each(self, queries: NDArray[np.uint8], radius_bits: int) -> Near:
        """Every row at most `radius_bits` from each of `queries`, `uint8[m, 32]`; those of one in any order."""
        ...


class DigestMatcher(Protocol):
    """Finds all entries with a given digest."""

    def find(self, digest: bytes) -> NDArray[Any]:
        """Numbers of the entries that have it."""
        ...


@dataclass(frozen=True, slots=True)
class Matchers:
    """The matchers over one list version."""

    pdq: PerceptualMatcher
    digests: Mapping[Method, DigestMatcher]
    warning: str | None = None  # what somebody should see to, though every match is found


class BuildMatchers(Protocol):
    """Makes the matchers for a list version, before it comes into force. May take its time."""

    def __call__(self, table: HashTable) -> Matchers:
        """The matchers over `table`, which stay valid as long as anyone holds them."""
        ...
