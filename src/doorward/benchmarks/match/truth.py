"""Brute force in NumPy: what is true, and how much of it an engine has found."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint8]

_ROWS_AT_ONCE = 8_192  # so that NumPy's temporaries stay in the processor's cache

ANSWER = np.dtype([("query", np.uint32), ("id", np.uint64), ("distance_bits", np.uint16)])
"""One pair that was found: which query, which entry, how far apart."""
Answers = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Compared:
    """An engine's answers beside the true ones."""

    recall: float
    wrong: int

    @property
    def exact(self) -> bool:
        """Everything found, and nothing else."""
        return self.recall == 1.0 and self.wrong == 0


def brute_force(queries: Hashes, hashes: Hashes, radius_bits: int, ids: NDArray[np.uint64]) -> Answers:
    """Every pair within the radius, sorted."""
    return np.sort(np.concatenate([*_found(queries, hashes, radius_bits, ids), np.empty(0, ANSWER)]))


def _found(queries: Hashes, hashes: Hashes, radius_bits: int, ids: NDArray[np.uint64]) -> Iterable[Answers]:
    wanted = np.ascontiguousarray(queries).view(np.uint64)
    for start in range(0, len(hashes), _ROWS_AT_ONCE):
        words = np.ascontiguousarray(hashes[start : start + _ROWS_AT_ONCE]).view(np.uint64)
        for number, query in enumerate(wanted):
            distances = np.bitwise_count(words ^ query).sum(axis=1, dtype=np.uint16)
            rows = np.flatnonzero(distances <= radius_bits)
            if len(rows):
                yield answers(number, ids[start + rows], distances[rows])


def answers(query: int, ids: NDArray[np.uint64], distances: NDArray[np.uint16]) -> Answers:
    """What was found for one query."""
    out = np.empty(len(ids), ANSWER)
    out["query"], out["id"], out["distance_bits"] = query, ids, distances
    return out


def compare(found: Answers, true: Answers) -> Compared:
    """Which share of the true pairs was found with its true distance, and how many were no true ones."""
    right = len(np.intersect1d(found, true))
    return Compared(right / len(true) if len(true) else 1.0, len(found) - right)
