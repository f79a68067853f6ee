"""Brute force in NumPy: what is true, and how much of it an engine has found."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint8]

_ROWS_AT_ONCE = 8_192  # so that NumPy's temporaries stay in the processor's cache

Answers = NDArray[np.uint64]
"""Pairs that were found, each in one number, since millions of them are sorted and compared: 12 bits for
the query, 10 for the distance, 42 for the id."""
_QUERY_BIT, _DISTANCE_BIT = np.uint64(52), np.uint64(42)


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
    return np.sort(np.concatenate([*_found(queries, hashes, radius_bits, ids), np.empty(0, np.uint64)]))


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
    far = distances.astype(np.uint64) << _DISTANCE_BIT
    return np.uint64(query) << _QUERY_BIT | far | ids


def within(found: Answers, radius_bits: int) -> Answers:
    """Those of the answers that are no further apart."""
    return found[(found >> _DISTANCE_BIT & np.uint64(1023)) <= radius_bits]


def compare(found: Answers, true: Answers) -> Compared:
    """Which share of the true pairs was found with its true distance, and how many were no true ones."""
    right = len(np.intersect1d(found, true))
    return Compared(right / len(true) if len(true) else 1.0, len(found) - right)
