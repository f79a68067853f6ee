"""Small segments for tests of the kernels: made with NumPy and the native build functions only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from doorward import _native

SEED = 20_251_123

Hashes = NDArray[np.uint8]
Ids = NDArray[np.uint64]
Prices = tuple[float, float, float, float, float]  # scan, key, probe, candidate, verify: nanoseconds


def permutation(seed: int = SEED) -> NDArray[np.uint8]:
    """Some permutation of 256 bits; the kernels must not care which."""
    return np.random.default_rng(seed).permutation(256).astype(np.uint8)


@dataclass(frozen=True)
class Segment:
    """Every array of a segment, as the kernels take them."""

    permutation: NDArray[np.uint8]
    hashes: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    nexts: NDArray[np.uint16]
    rows: NDArray[np.uint32]
    ids: NDArray[np.uint64]
    more_rows: NDArray[np.uint32]
    more_ids: NDArray[np.uint64]
    more_by_id: NDArray[np.uint32]

    def tables(self, instructions: str = "", prices: Prices | None = None) -> _native.HammingTables:
        return _native.HammingTables(**vars(self), instructions=instructions, prices=prices)


def segment_of(hashes: Hashes, ids: Ids | None = None) -> Segment:
    """The segment of these (hash, id) pairs; pairs must differ."""
    ids = np.arange(len(hashes), dtype=np.uint64) if ids is None else ids
    order = np.argsort(ids, kind="stable")
    bits, words = permutation(), np.empty((len(hashes), 4), np.uint64)
    _native.hamming_permute(bits, np.ascontiguousarray(hashes[order]), words)
    first = np.empty(len(words), np.uint32)
    _native.hamming_first_equal(words, SEED, first)
    own = first == np.arange(len(words))
    row_of = np.cumsum(own, dtype=np.uint32) - np.uint32(1)
    more_rows, more_ids = row_of[first[~own]], ids[order][~own]
    by_row = np.lexsort((more_ids, more_rows))
    more_rows, more_ids = more_rows[by_row], more_ids[by_row]
    distinct = words[own]
    return Segment(
        bits,
        distinct,
        *tables_of(distinct),
        ids[order][own],
        more_rows.astype(np.uint32),
        more_ids,
        np.argsort(more_ids, kind="stable").astype(np.uint32),
    )


def tables_of(words: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint32]]:
    """Starts, nexts and rows of distinct permuted hashes."""
    starts = np.empty((16, 65_537), np.uint32)
    nexts, rows = np.empty((16, len(words)), np.uint16), np.empty((16, len(words)), np.uint32)
    _native.hamming_build(words, starts, nexts, rows)
    return starts, nexts, rows


def random_hashes(count: int, random: np.random.Generator) -> Hashes:
    """Bits that are independent and even."""
    return random.integers(0, 256, (count, 32), np.uint8)


def photo_like(count: int, random: np.random.Generator) -> Hashes:
    """Bits that depend on their neighbours, as those of a low-frequency transform do."""
    noise = random.standard_normal((count, 16, 16))
    smooth = noise + np.roll(noise, 1, axis=1) + np.roll(noise, 1, axis=2)
    return np.packbits(smooth.reshape(count, 256) > 0.0, axis=1)


def clustered(count: int, random: np.random.Generator) -> Hashes:
    """Tight balls of several hundred hashes each."""
    centres = random_hashes(count // 500 + 1, random)
    return np.array([turned(centres[i % len(centres)], i % 40, random) for i in range(count)])


def all_equal(count: int, random: np.random.Generator) -> Hashes:
    """One hash, with as many ids."""
    return np.repeat(random_hashes(1, random), count, axis=0)


def half_constant(count: int, random: np.random.Generator) -> Hashes:
    """Half of all hashes have 128 bits in common."""
    hashes = random_hashes(count, random)
    hashes[: count // 2, :16] = 0x5A
    return hashes


def turned(hash_: NDArray[np.uint8], bits: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """The hash with this many of its bits turned, chosen at random."""
    flips = np.zeros(256, np.uint8)
    flips[random.choice(256, bits, replace=False)] = 1
    return hash_ ^ np.packbits(flips)


def brute_force(hashes: Hashes, ids: Ids, query: NDArray[np.uint8], radius: int) -> list[tuple[int, int]]:
    """All (distance, id) within the radius, in order."""
    distances = np.bitwise_count(hashes ^ query).sum(axis=1)
    near = np.flatnonzero(distances <= radius)
    return sorted((int(distances[i]), int(ids[i])) for i in near)


def as_pairs(found: tuple[NDArray[np.uint64], NDArray[np.uint16]]) -> list[tuple[int, int]]:
    """What a search returned, as (distance, id), in the order in which it came."""
    ids, distances = found
    return list(zip(distances.tolist(), ids.tolist(), strict=True))
