"""Which buckets a query has to look into, and what may be left out of them: arithmetic, in NumPy."""

import functools
import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.layout import CHUNK_BITS, CHUNKS


@dataclass(frozen=True, slots=True)
class Probes:
    """The buckets to look into for one radius, relative to the query; p of them."""

    chunks: NDArray[np.int64]
    """`[p]`: which chunk"""
    masks: NDArray[np.uint16]
    """`[p]`: in which bits of that chunk the bucket's value differs from the query's"""
    further_bits: NDArray[np.int64]
    """`[p]`: in how many bits the next chunk may differ as well"""


def thresholds(radius: int) -> tuple[int, ...]:
    """For each chunk i, in how many bits t_i it may differ; -1 means that it is not looked at.

    The sum of t_i + 1 is radius + 1. A hash within the radius has d_i <= t_i for at least one chunk,
    or its distance, the sum of the d_i, would be at least the sum of t_i + 1, which is more than the
    radius (Norouzi, Punjani, Fleet, "Fast exact search in Hamming space with multi-index hashing",
    IEEE TPAMI 36(6), 2014).
    """
    each, further = divmod(radius + 1, CHUNKS)
    return tuple(each - 1 + (chunk < further) for chunk in range(CHUNKS))


@functools.lru_cache(maxsize=64)
def probes(radius: int) -> Probes:
    """The buckets for a radius.

    Beyond d_i <= t_i, let e_i = d_i - (t_i + 1). For a hash within the radius all e_i together are
    negative; so from some chunk on, going round, every partial sum is (the cycle lemma: Dvoretzky and
    Motzkin, "A problem of arrangements", Duke Math. J. 14, 1947). There e_i < 0, and e_i + e_(i+1) < 0,
    which is d_i + d_(i+1) <= t_i + t_(i+1) + 1.
    """
    limits = thresholds(radius)
    each = [masks(limit) for limit in limits]
    found = np.concatenate(each)
    chunks = np.repeat(np.arange(CHUNKS), [len(masks) for masks in each])
    both = np.array([limits[chunk] + limits[(chunk + 1) % CHUNKS] + 1 for chunk in range(CHUNKS)])
    return Probes(chunks, found, both[chunks] - np.bitwise_count(found))


@functools.cache
def masks(bits: int) -> NDArray[np.uint16]:
    """Every value of a chunk with at most `bits` bits set; none for -1."""
    chosen = (
        sum(1 << position for position in places)
        for count in range(bits + 1)
        for places in itertools.combinations(range(CHUNK_BITS), count)
    )
    return np.fromiter(chosen, np.uint16)
