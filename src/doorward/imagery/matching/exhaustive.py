"""Matchers that look at everything: exact by construction, and quick enough for short lists."""

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method
from doorward.imagery.matching.hamming import distances_bits
from doorward.imagery.matching.protocols import HashTable, Matchers, Near
from doorward.lists.columns import HashColumn
from doorward.lists.entries import DIGESTS


class ExhaustivePdq:
    """Compares each query with every hash of the list. Satisfies `PerceptualMatcher`."""

    def __init__(self, hashes: NDArray[np.uint8]) -> None:
        self._hashes = np.ascontiguousarray(hashes)

    def within_each(self, queries: NDArray[np.uint8], radius_bits: int) -> Near:
        """Every row at most `radius_bits` from each query, in ascending order."""
        rows, found = [np.zeros(0, np.intp)], [np.zeros(0, np.uint16)]
        for query in queries:
            distances = distances_bits(query.tobytes(), self._hashes)
            rows.append(np.flatnonzero(distances <= radius_bits))
            found.append(distances[rows[-1]])
        offsets = np.cumsum([len(each) for each in rows])
        return Near(offsets, np.concatenate(rows), np.concatenate(found))


class ExhaustiveDigests:
    """Compares a digest with every one of the list. Satisfies `DigestMatcher`."""

    def __init__(self, column: HashColumn) -> None:
        self._column = column

    def find(self, digest: bytes) -> NDArray[np.uint32]:
        """Numbers of the entries that have `digest`."""
        same = np.all(self._column.hashes == np.frombuffer(digest, np.uint8), axis=1)
        return self._column.entry[same]


def exhaustive_matchers(table: HashTable) -> Matchers:
    """Matchers without any index: the oracle for those with one. Satisfies `BuildMatchers`."""
    digests = {method: ExhaustiveDigests(table.hashes[method]) for method in DIGESTS}
    return Matchers(ExhaustivePdq(table.hashes[Method.PDQ].hashes), digests)
