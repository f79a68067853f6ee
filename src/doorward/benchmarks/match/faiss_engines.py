"""The peers: faiss' two exact indexes of binary vectors (https://github.com/facebookresearch/faiss).

python-threatexchange builds its PDQ index on `IndexBinaryMultiHash` with 16 tables of 16 bits and one
flipped bit, and its flat index on `IndexBinaryFlat`. Here faiss is called directly, without the time
that python-threatexchange spends on hexadecimal digits.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorward.benchmarks.match.engine import Found, FoundBatch, Hashes

_HASH_BITS = 256
_ROWS_AT_ONCE = 1_000_000  # an `add` of all at once would need the memory twice


class FaissEngine:
    """Any binary index of faiss. Satisfies `Engine`."""

    def __init__(self, index: Any) -> None:
        import faiss

        faiss.omp_set_num_threads(1)
        self._index = index

    def build(self, hashes: Hashes) -> None:
        """Add in large pieces."""
        for start in range(0, len(hashes), _ROWS_AT_ONCE):
            self._index.add(np.ascontiguousarray(hashes[start : start + _ROWS_AT_ONCE]))

    def one(self, query: NDArray[np.uint8], radius_bits: int) -> Found:
        """faiss finds what is *nearer* than the radius it is given, hence one more."""
        _, distances, ids = self._index.range_search(query[np.newaxis], radius_bits + 1)
        return ids.astype(np.uint64), distances.astype(np.uint16)

    def many(self, queries: Hashes, radius_bits: int) -> FoundBatch:
        """One call of faiss for all."""
        offsets, distances, ids = self._index.range_search(queries, radius_bits + 1)
        return offsets.astype(np.uint64), ids.astype(np.uint64), distances.astype(np.uint16)


def flat() -> FaissEngine:
    """Compares with every hash."""
    import faiss

    return FaissEngine(faiss.IndexBinaryFlat(_HASH_BITS))


def multi_hash(tables: int, bits: int, flips: int) -> FaissEngine:
    """Multi-index hashing: `tables` hash tables over `bits` bits each, looked up with up to `flips` flipped.

    Exact at radius 31 for 16 × 16 bits with 1 flip (31 < 16 × 2) and 11 × 23 bits with 2 (31 < 11 × 3).
    """
    import faiss

    index = faiss.IndexBinaryMultiHash(_HASH_BITS, tables, bits)
    index.nflip = flips
    return FaissEngine(index)
