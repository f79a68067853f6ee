"""Eight readers while pairs come and go and segments merge: every answer is right at its moment."""

import time
from pathlib import Path

import pytest

from doorward.imagery.matcher import HammingIndex
from doorward.imagery.matcher.levels import Levels
from doorward.imagery.matcher.tables import Kernels
from support.hashes import random_hashes
from support.index_traffic import TWINS, Traffic

HASHES = 12_000
SMALL = Levels(mutable_rows=128, growth=4, waiting=4)


@pytest.fixture
def traffic(kernels: Kernels, tmp_path: Path) -> Traffic:
    """An index, opened from a file, that holds the even ids and not the odd ones."""
    hashes = random_hashes(HASHES)
    path = tmp_path / "index"
    HammingIndex.build(hashes, range(0, TWINS * HASHES, TWINS), kernels=kernels).save(path)
    index = HammingIndex.open(path, kernels=kernels, levels=SMALL)
    return Traffic(index, hashes, [2 - 2 * (id % TWINS) for id in range(TWINS * HASHES)])


def test_readers_find_what_is_there_while_it_changes(traffic: Traffic) -> None:
    with traffic.index as index:
        traffic.run(
            8, 2, lambda it: it.queries > 1_000 and it.changes > 1_000 and index.stats()["merges"] > 8
        )
        index.compact()
        index.verify()
    assert traffic.wrong == []
    assert traffic.certain > 1_000
    assert len(index) == sum(counter % 4 == 2 for counter in traffic.counters)


@pytest.mark.campaign
def test_readers_find_what_is_there_while_it_changes_for_a_minute(traffic: Traffic) -> None:
    end = time.monotonic() + 60
    with traffic.index as index:
        traffic.run(8, 2, lambda it: time.monotonic() > end)
        merges = index.stats()["merges"]
        index.compact()
        index.verify()
    assert traffic.wrong == []
    assert len(index) == sum(counter % 4 == 2 for counter in traffic.counters)
    print(f"{traffic.queries} queries, {traffic.certain} certain, {traffic.changes} changes, {merges} merges")
    assert merges > 20
    assert traffic.changes > 2_000
    assert traffic.certain > 10_000
