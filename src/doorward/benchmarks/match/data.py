"""Generated hashes and queries: all of them follow from a seed."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from doorward.benchmarks.match.plan import NEAR_BITS, RADIUS_BITS, RECALL_QUERIES, Plan

HASH_BYTES, HASH_BITS = 32, 256
PIECE_ROWS = 65_536
Hashes = NDArray[np.uint8]


def balanced(random: np.random.Generator, number: int) -> Hashes:
    """Random hashes with 128 bits set, all such hashes equally likely, `uint8[number, 32]`.

    PDQ compares 256 values with their median, so half of its bits are set. Bits of which there are
    too many are flipped, each time a random one, until the two kinds are equally many: nothing
    prefers any place or pattern, so all balanced hashes remain equally likely.
    """
    hashes = random.integers(0, 256, (number, HASH_BYTES), np.uint8)
    excess = np.bitwise_count(hashes).sum(axis=1, dtype=np.int16) - HASH_BITS // 2
    uneven = np.flatnonzero(excess)
    while len(uneven):
        place = random.integers(0, HASH_BITS, len(uneven), np.uint16)
        byte, bit = place >> 3, np.left_shift(1, place & 7).astype(np.uint8)
        flip = ((hashes[uneven, byte] & bit) != 0) == (excess[uneven] > 0)
        chosen = uneven[flip]
        hashes[chosen, byte[flip]] ^= bit[flip]
        excess[chosen] -= np.sign(excess[chosen])
        uneven = uneven[excess[uneven] != 0]
    return hashes


def pieces(plan: Plan) -> Iterator[Hashes]:
    """All the hashes of the list, some thousands at a time."""
    for start in range(0, plan.entries, PIECE_ROWS):
        random = np.random.default_rng((plan.seed, start))
        yield balanced(random, min(PIECE_ROWS, plan.entries - start))


def write_hashes(plan: Plan) -> None:
    """Write the list to the file from which every engine reads it."""
    shape = (plan.entries, HASH_BYTES)
    out = np.lib.format.open_memmap(plan.hashes_file, "w+", np.uint8, shape)
    start = 0
    for piece in pieces(plan):
        out[start : start + len(piece)] = piece
        start += len(piece)


def open_hashes(plan: Plan) -> Hashes:
    """The list as a mapping of that file, whose pages all processes share."""
    hashes: Hashes = np.load(plan.hashes_file, mmap_mode="r")
    return hashes


def strangers(plan: Plan) -> Hashes:
    """Queries that nothing in the list is near to: two random hashes differ in 128 bits, give or take 8."""
    return balanced(np.random.default_rng((plan.seed, 2**32)), plan.queries)


def neighbours(plan: Plan, hashes: Hashes, distance_bits: int, number: int) -> Hashes:
    """Queries at exactly `distance_bits` from an entry of the list each."""
    random = np.random.default_rng((plan.seed, 2**32 + 1, distance_bits))
    return flipped(random, hashes[random.integers(0, len(hashes), number)], distance_bits)


def flipped(random: np.random.Generator, hashes: Hashes, bits: int) -> Hashes:
    """Each hash with `bits` of its bits, chosen at random, turned round."""
    order = np.argsort(random.random((len(hashes), HASH_BITS)), axis=1)[:, :bits]
    mask = np.zeros((len(hashes), HASH_BITS), np.uint8)
    np.put_along_axis(mask, order, 1, axis=1)
    return hashes ^ np.packbits(mask, axis=1)


def recall_queries(plan: Plan, hashes: Hashes) -> Hashes:
    """Strangers, and neighbours up to one bit beyond the radius: what every engine must answer rightly."""
    share = max(1, RECALL_QUERIES // (len(NEAR_BITS) + 2))
    near = [neighbours(plan, hashes, bits, share) for bits in (*NEAR_BITS, RADIUS_BITS + 1)]
    return np.concatenate([*near, strangers(plan)[:share]])
