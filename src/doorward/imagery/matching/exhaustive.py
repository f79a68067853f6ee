"""Matchers that look at everything: exact by construction."""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method
from doorward.imagery.matching.hamming import distances_bits
from doorward.imagery.matching.protocols import HashTable, Matchers, Near


class ExhaustivePdq:
    """Compares the query with every hash of the list. Satisfies `PerceptualMatcher`."""

    def __init__(self, hashes: NDArray[np.uint8]) -> None:
        self._hashes = np.ascontiguousarray(hashes)

    def within(self, query: bytes, radius_bits: int) -> Near:
        """Every row at most `radius_bits` from `query`."""
        distances = distances_bits(query, self._hashes)
        rows = np.flatnonzero(distances <= radius_bits)
        return Near(rows, distances[rows])


class SortedDigests:
    """Binary search in an array of digests in ascending order. Satisfies `DigestMatcher`."""

    def __init__(self, digests: NDArray[np.uint8], entries: NDArray[np.uint32]) -> None:
        self._digests = digests
        self._entries = entries

    def find(self, digest: bytes) -> tuple[int, ...]:
        """Numbers of the entries that have `digest`."""
        at = bisect_left(range(len(self._digests)), digest, key=self._digest)
        found = []
        while at < len(self._digests) and self._digest(at) == digest:
            found.append(int(self._entries[at]))
            at += 1
        return tuple(found)

    def _digest(self, row: int) -> bytes:
        return bytes(self._digests[row])


def exhaustive_matchers(table: HashTable) -> Matchers:
    """The matchers of this version. Satisfies `BuildMatchers`."""
    digests = {
        Method.SHA256: SortedDigests(table.sha256, table.sha256_entry),
        Method.SHA1: SortedDigests(table.sha1, table.sha1_entry),
        Method.MD5: SortedDigests(table.md5, table.md5_entry),
    }
    return Matchers(ExhaustivePdq(table.pdq), digests)
