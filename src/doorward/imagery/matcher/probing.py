"""Which buckets a query has to look into: the arithmetic of the pigeonhole principle, in NumPy."""

import functools
import itertools

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.layout import CHUNK_BITS, CHUNKS


def thresholds(radius: int) -> tuple[int, ...]:
    """For each chunk, how many bits t_i it may differ in; -1 means that it is not looked at.

    The sum of t_i + 1 is radius + 1. A hash within the radius has d_i <= t_i for at least one chunk,
    or its distance, the sum of the d_i, would be at least the sum of t_i + 1, which is more than the
    radius (Norouzi, Punjani, Fleet, "Fast exact search in Hamming space with multi-index hashing",
    IEEE TPAMI 36(6), 2014).
    """
    each, further = divmod(radius + 1, CHUNKS)
    return tuple(each - 1 + (chunk < further) for chunk in range(CHUNKS))


@functools.cache
def masks(bits: int) -> NDArray[np.uint16]:
    """Every value of a chunk with at most `bits` bits set."""
    positions = range(CHUNK_BITS)
    chosen = (
        sum(1 << position for position in places)
        for count in range(bits + 1)
        for places in itertools.combinations(positions, count)
    )
    found = np.fromiter(chosen, np.uint16)
    found.flags.writeable = False
    return found
