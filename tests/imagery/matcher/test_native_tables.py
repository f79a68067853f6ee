"""The native tables find what brute force finds, whatever the data, the radius and the instruction set."""

from collections.abc import Callable

import numpy as np
import pytest

from doorward import _native
from imagery.matcher.segments import Hashes, as_pairs, brute_force, segment_of, turned

SETS = _native.hamming_instruction_sets()
MANY = 6_000  # more than what is always scanned


def random_hashes(count: int, random: np.random.Generator) -> Hashes:
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
    return np.repeat(random_hashes(1, random), count, axis=0)


def half_constant(count: int, random: np.random.Generator) -> Hashes:
    """Half of all hashes have 128 bits in common."""
    hashes = random_hashes(count, random)
    hashes[: count // 2, :16] = 0x5A
    return hashes


Kind = Callable[[int, np.random.Generator], Hashes]
KINDS: list[Kind] = [random_hashes, photo_like, clustered, all_equal, half_constant]


def queries_near(hashes: Hashes, radius: int, random: np.random.Generator) -> Hashes:
    """Strangers, and hashes of the set with bits turned: none, as many as the radius, one more, and between."""
    turns = [0, radius, radius + 1, radius // 2]
    near = [turned(hashes[random.integers(len(hashes))], bits, random) for bits in turns]
    return np.concatenate([random_hashes(2, random), np.array(near)])


@pytest.mark.parametrize("instructions", SETS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_radius_finds_exactly_what_brute_force_finds(kind: Kind, instructions: str) -> None:
    random = np.random.default_rng(7)
    hashes = kind(MANY, random)
    ids = random.permutation(10 * MANY)[:MANY].astype(np.uint64)
    tables = segment_of(hashes, ids).tables(instructions)
    for radius in range(64):
        queries = queries_near(hashes, radius, random)
        expected = [brute_force(hashes, ids, query, radius) for query in queries]
        assert [as_pairs(tables.search(query, radius)) for query in queries] == expected
        assert [as_pairs(tables.scan(query, radius)) for query in queries] == expected
        assert batches(tables, queries, radius) == expected


def batches(tables: _native.HammingTables, queries: Hashes, radius: int) -> list[list[tuple[int, int]]]:
    """What a batch returned, query by query."""
    offsets, ids, distances = tables.search_batch(queries, radius)
    parts = zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    return [as_pairs((ids[a:b], distances[a:b])) for a, b in parts]
