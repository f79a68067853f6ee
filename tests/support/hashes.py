"""Hashes for tests of indexes, and a model that answers by comparing with every pair."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint8]
Pair = tuple[bytes, int]


def random_hashes(count: int, seed: int = 0) -> Hashes:
    """`uint8[count, 32]`, each bit by chance."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)


def near(hash: Hashes, bits: int, seed: int = 0) -> Hashes:
    """`hash` with `bits` of its bits turned over."""
    flipped = np.unpackbits(hash)
    flipped[np.random.default_rng(seed).choice(256, bits, replace=False)] ^= 1
    return np.packbits(flipped)


def expected(pairs: Iterable[Pair], query: Hashes, radius: int) -> list[tuple[int, int]]:
    """(distance, id) of every pair within the radius, in the order of answers."""
    known = list(pairs)
    if not known:
        return []
    hashes = np.frombuffer(b"".join(hash for hash, _ in known), np.uint8).reshape(-1, 32)
    return compared(hashes, [id for _, id in known], query, radius)


def compared(hashes: Hashes, ids: Sequence[int], query: Hashes, radius: int) -> list[tuple[int, int]]:
    """The same for pairs that stand in columns."""
    distances = np.bitwise_count(hashes.view(np.uint64) ^ query.view(np.uint64)).sum(axis=1, dtype=np.int64)
    return sorted((int(distances[at]), ids[int(at)]) for at in np.flatnonzero(distances <= radius))


def answered(found: tuple[NDArray[Any], NDArray[Any]]) -> list[tuple[int, int]]:
    """(distance, id) of an answer, as it came."""
    ids, distances = found
    return [(int(distance), int(id)) for id, distance in zip(ids, distances, strict=True)]


def pairs_of(hashes: Hashes, ids: Iterable[int]) -> set[Pair]:
    """What an index of these holds."""
    return {(hash.tobytes(), int(id)) for hash, id in zip(hashes, ids, strict=True)}
