"""Both implementations give the same numbers, and the better one is chosen."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.imagery import native
from doorward.imagery.matcher import HammingIndex, numpy_kernels
from doorward.imagery.matcher.kernels import NUMPY, best_kernels, native_kernels
from doorward.imagery.matcher.layout import PERMUTATION
from doorward.imagery.matcher.probing import masks, probes, thresholds
from doorward.imagery.matcher.tables import Kernels
from support.hashes import Hashes, answered, near, random_hashes

COMPILED = native.problem() is None
needs_both = pytest.mark.skipif(not COMPILED, reason="the native kernels are not built")

rows = st.lists(st.integers(0, 6), max_size=40)


def words(chosen: list[int]) -> Hashes:
    return random_hashes(7)[chosen].reshape(-1, 32)


@given(chosen=rows, seed=st.integers(0, 2**64 - 1))
def test_the_first_equal_row_is_found(kernels: Kernels, chosen: list[int], seed: int) -> None:
    first = np.empty(len(chosen), np.uint32)
    kernels.first_equal(words(chosen).view(np.uint64).reshape(-1, 4), seed, first)
    assert first.tolist() == [chosen.index(row) for row in chosen]


@given(chosen=rows)
def test_hashes_that_are_mixed_to_the_same_number_are_told_apart(chosen: list[int]) -> None:
    first = np.empty(len(chosen), np.uint32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numpy_kernels, "_mixed", lambda hashes, seed: np.zeros(len(hashes), np.uint64))
        numpy_kernels.first_equal(words(chosen).view(np.uint64).reshape(-1, 4), 0, first)
    assert first.tolist() == [chosen.index(row) for row in chosen]


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 10_000])
@needs_both
def test_both_permute_count_and_build_alike(count: int) -> None:
    hashes = random_hashes(count)
    results = []
    for each in (NUMPY, native_kernels()):
        permuted, distances = np.empty((count, 4), np.uint64), np.empty(count, np.uint16)
        starts, nexts = np.empty((16, 65_537), np.uint32), np.empty((16, count), np.uint16)
        rows = np.empty((16, count), np.uint32)
        each.permute(PERMUTATION, hashes, permuted)
        each.distances(random_hashes(1, seed=5)[0], hashes, distances)
        each.build(permuted, starts, nexts, rows)
        results.append([permuted, distances, starts, nexts, rows])
    assert all(np.array_equal(one, other) for one, other in zip(*results, strict=True))


@pytest.mark.parametrize("bit", [0, 7, 8, 100, 255])
def test_a_bit_goes_where_the_permutation_says(kernels: Kernels, bit: int) -> None:
    hash = np.packbits(np.arange(256) == bit, bitorder="little")
    out = np.empty((1, 4), np.uint64)
    kernels.permute(PERMUTATION, hash[None], out)
    to = int(PERMUTATION[bit])
    assert [int(word) for word in out[0]] == [2 ** (to % 64) if to // 64 == word else 0 for word in range(4)]


@needs_both
def test_both_answer_alike_from_one_file(tmp_path: Path) -> None:
    hashes = random_hashes(30_000)
    hashes[:3_000] = np.array([near(hashes[-1], at % 80, at) for at in range(3_000)])
    HammingIndex.build(np.concatenate([hashes, hashes[:500]])).save(tmp_path / "index")
    one, other = (HammingIndex.open(tmp_path / "index", kernels=each) for each in (NUMPY, native_kernels()))
    for radius in range(0, 64, 3):
        query = near(hashes[-1], radius // 2, radius)
        assert answered(one.query(query, radius)) == answered(other.query(query, radius))


@pytest.mark.parametrize("radius", range(64))
def test_the_thresholds_of_a_radius_add_up_to_it(radius: int) -> None:
    limits = thresholds(radius)
    assert sum(limit + 1 for limit in limits) == radius + 1
    assert len(probes(radius).chunks) == sum(len(masks(limit)) for limit in limits)


def test_numpy_is_chosen_where_the_native_kernels_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "available", lambda: False)
    assert best_kernels.__wrapped__() is NUMPY


@needs_both
def test_the_native_kernels_are_chosen_where_they_are_built() -> None:
    assert best_kernels().name == "native"
    assert HammingIndex().stats()["kernels"] == "native"
