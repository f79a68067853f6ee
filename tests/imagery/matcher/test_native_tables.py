"""The native tables find what brute force finds, whatever the data, the radius, the instructions, the plan."""

from collections.abc import Callable

import numpy as np
import pytest

from doorward import _native
from imagery.matcher.segments import (
    Hashes,
    Ids,
    Prices,
    all_equal,
    as_pairs,
    brute_force,
    clustered,
    half_constant,
    photo_like,
    random_hashes,
    segment_of,
    turned,
)

SETS = _native.hamming_instruction_sets()
MANY = 3_000

Kind = Callable[[int, np.random.Generator], Hashes]
KINDS: list[Kind] = [random_hashes, photo_like, clustered, all_equal, half_constant]

# Prices at which every search is answered in one way: from the tables with even thresholds, from the
# tables with chosen thresholds, or as it really is best.
ALWAYS_INDEXED: Prices = (1e9, 1e-3, 1e-3, 1e-3, 1e-3)
ALWAYS_REPLANNED: Prices = (1e9, 1e-3, 1e-3, 1e-3, 1e5)
WAYS: list[Prices | None] = [ALWAYS_INDEXED, ALWAYS_REPLANNED, None]


def queries_near(hashes: Hashes, radius: int, random: np.random.Generator) -> Hashes:
    """Strangers, and hashes of the set with bits turned: none, as many as the radius, one more, and between."""
    turns = [0, radius, min(radius + 1, 256), radius // 2]
    near = [turned(hashes[random.integers(len(hashes))], bits, random) for bits in turns]
    return np.concatenate([random_hashes(2, random), np.array(near)])


def batch_as_pairs(
    tables: _native.HammingTables, queries: Hashes, radius: int
) -> list[list[tuple[int, int]]]:
    """What a batch returned, query by query."""
    offsets, ids, distances = tables.search_batch(queries, radius)
    parts = zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    return [as_pairs((ids[a:b], distances[a:b])) for a, b in parts]


@pytest.mark.parametrize("kind", KINDS)
def test_every_radius_finds_exactly_what_brute_force_finds(kind: Kind) -> None:
    random = np.random.default_rng(7)
    count = 100 if kind is all_equal else MANY
    hashes = kind(count, random)
    ids = random.permutation(10 * count)[:count].astype(np.uint64)
    segment = segment_of(hashes, ids)
    searchers = [segment.tables(instructions, prices) for instructions in SETS for prices in WAYS]
    for radius in [*range(64), 64, 128, 256]:
        queries = queries_near(hashes, radius, random)
        expected = [brute_force(hashes, ids, query, radius) for query in queries]
        for tables in searchers:
            assert [as_pairs(tables.search(query, radius)) for query in queries] == expected
            assert [as_pairs(tables.scan(query, radius)) for query in queries] == expected
            assert batch_as_pairs(tables, queries, radius) == expected


def test_thousands_of_answers_come_in_order() -> None:
    random = np.random.default_rng(6)
    hashes, query = random_hashes(MANY, random), random_hashes(1, random)[0]
    ids = random.integers(0, 2**64, MANY, np.uint64)
    tables = segment_of(hashes, ids).tables()
    assert as_pairs(tables.search(query, 256)) == brute_force(hashes, ids, query, 256)


@pytest.mark.parametrize("prices", WAYS)
def test_a_batch_of_a_thousand_queries_finds_what_single_queries_find(prices: Prices | None) -> None:
    random = np.random.default_rng(8)
    hashes = np.concatenate([clustered(4_000, random), random_hashes(20_000, random)])
    tables = segment_of(hashes).tables(prices=prices)
    queries = np.concatenate(
        [random_hashes(500, random), np.array([turned(each, 20, random) for each in hashes[::48]])]
    )
    single = [as_pairs(tables.search(query, 31)) for query in queries]
    assert batch_as_pairs(tables, queries, 31) == single
    assert sum(map(len, single)) > len(queries) // 2


@pytest.mark.parametrize("instructions", SETS)
def test_one_id_may_stand_with_several_hashes_and_one_hash_with_several_ids(instructions: str) -> None:
    random = np.random.default_rng(9)
    hashes = random_hashes(40, random)[random.integers(0, 40, 300)]
    ids = random.integers(0, 30, 300).astype(np.uint64)
    pairs = {(bytes(each), int(number)) for each, number in zip(hashes, ids, strict=True)}
    hashes = np.array([np.frombuffer(each, np.uint8) for each, _ in sorted(pairs)])
    ids = np.array([number for _, number in sorted(pairs)], np.uint64)
    tables = segment_of(hashes, ids).tables(instructions)
    for query in hashes[:: len(hashes) // 20]:
        assert as_pairs(tables.search(query, 31)) == brute_force(hashes, ids, query, 31)
    assert all(tables.has(each, int(number)) for each, number in zip(hashes, ids, strict=True))
    assert not tables.has(hashes[0], 30)
    assert not tables.has(random_hashes(1, random)[0], int(ids[0]))


def test_an_empty_segment_finds_nothing() -> None:
    tables = segment_of(np.empty((0, 32), np.uint8)).tables()
    query = np.zeros(32, np.uint8)
    assert as_pairs(tables.search(query, 31)) == as_pairs(tables.scan(query, 256)) == []
    assert batch_as_pairs(tables, np.zeros((5, 32), np.uint8), 31) == [[]] * 5
    assert not tables.has(query, 0)
    assert tables.remove(np.zeros(1, np.uint64)) == 0
    assert tables.live().tolist() == []


@pytest.mark.parametrize("radius", [-1, 257, 2**40])
def test_a_radius_that_no_hash_can_have_is_refused(radius: int) -> None:
    tables = segment_of(np.zeros((3, 32), np.uint8)).tables()
    with pytest.raises(ValueError, match="0 to 256"):
        tables.search(np.zeros(32, np.uint8), radius)


def test_an_instruction_set_that_the_processor_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="no instruction set"):
        segment_of(np.zeros((3, 32), np.uint8)).tables("abacus")


def test_the_portable_kernels_are_always_there() -> None:
    assert SETS[-1] == "portable"


def test_a_permutation_that_sends_two_bits_to_one_place_is_refused() -> None:
    with pytest.raises(ValueError, match="one place"):
        _native.hamming_permute(
            np.zeros(256, np.uint8), np.zeros((1, 32), np.uint8), np.empty((1, 4), np.uint64)
        )


def test_permuting_moves_every_bit_to_its_place() -> None:
    random = np.random.default_rng(10)
    places, hashes = random.permutation(256).astype(np.uint8), random_hashes(50, random)
    permuted = np.empty((50, 4), np.uint64)
    _native.hamming_permute(places, hashes, permuted)
    expected = np.zeros((50, 256), np.uint8)
    expected[:, places] = np.unpackbits(hashes, axis=1, bitorder="little")
    assert np.array_equal(np.unpackbits(permuted.view(np.uint8), axis=1, bitorder="little"), expected)


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_equal_hashes_are_found_whatever_the_seed(seed: int) -> None:
    random = np.random.default_rng(11)
    ids: Ids = random.integers(0, 900, 5_000).astype(np.uint64)
    words = np.random.default_rng(12).integers(0, 2**63, (900, 4), np.uint64)[ids]
    first = np.empty(len(words), np.uint32)
    _native.hamming_first_equal(words, seed, first)
    _, where, back = np.unique(ids, return_index=True, return_inverse=True)
    assert first.tolist() == where[back].tolist()
