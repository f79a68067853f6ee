"""What is put into an index is found: all of it, at every radius, and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from doorward.imagery.matcher import HammingIndex
from doorward.imagery.matcher.tables import Kernels
from support.hashes import answered, compared, expected, near, pairs_of, random_hashes

FEW, MANY = 300, 20_000  # compared one by one, and looked up


@pytest.mark.parametrize("count", [FEW, MANY])
def test_every_radius_finds_what_comparing_with_all_finds(kernels: Kernels, count: int) -> None:
    hashes = random_hashes(count)
    hashes[: count // 8] = [near(hashes[-1], bits % 90, bits) for bits in range(count // 8)]
    index = HammingIndex.build(hashes, kernels=kernels)
    for radius in [*range(64), 90, 256]:
        query = near(hashes[-1], radius // 4, radius)
        assert answered(index.query(query, radius)) == compared(hashes, range(count), query, radius), radius


def test_many_queries_have_the_answers_of_each(kernels: Kernels) -> None:
    hashes = random_hashes(MANY)
    index = HammingIndex.build(hashes, kernels=kernels)
    queries = np.array([near(hashes[at], at % 40, at) for at in range(50)])
    offsets, ids, distances = index.query_batch(queries)
    for at, query in enumerate(queries):
        part = slice(int(offsets[at]), int(offsets[at + 1]))
        assert answered((ids[part], distances[part])) == answered(index.query(query))


def test_a_hash_may_have_many_ids_and_an_id_many_hashes(kernels: Kernels) -> None:
    hashes = random_hashes(2)
    index = HammingIndex.build(hashes[[0, 0, 1, 1, 0]], [7, 3, 3, 9, 7], kernels=kernels)
    assert len(index) == 4
    assert answered(index.query(hashes[0], 0)) == [(0, 3), (0, 7)]
    assert answered(index.query(hashes[1].tobytes(), 0)) == [(0, 3), (0, 9)]


@pytest.mark.parametrize("count", [0, 1])
def test_an_index_of_nothing_or_of_one_hash_answers(kernels: Kernels, count: int, tmp_path: Path) -> None:
    hashes = random_hashes(count)
    index = HammingIndex.build(hashes, kernels=kernels)
    index.save(tmp_path / "small")
    opened = HammingIndex.open(tmp_path / "small", verify=True, kernels=kernels)
    for each in (index, opened):
        assert len(each) == count
        assert answered(each.query(bytes(32), 256)) == expected(
            pairs_of(hashes, range(count)), np.zeros(32, np.uint8), 256
        )
        assert [len(part) for part in each.query_batch(random_hashes(3, seed=9))] == [4, 0, 0]


def test_a_million_ids_of_one_hash_take_the_room_of_ids_only(kernels: Kernels) -> None:
    count = 1_000_000
    hashes = np.repeat(random_hashes(1), count, axis=0)
    index = HammingIndex.build(hashes, np.arange(count)[::-1], kernels=kernels)
    (segment,) = index.stats()["segments"]
    assert (segment["hashes"], segment["pairs"]) == (1, count)
    assert segment["bytes"] < 17 * count + 5_000_000
    assert len(index.query(near(hashes[0], 32), 31)[0]) == 0
    assert np.array_equal(index.query(hashes[0], 0)[0], np.arange(count))
