"""Changing an index: nothing is lost while it merges, whoever is too fast waits, failures are said."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from doorward.imagery.matcher import HammingIndex, IndexClosed, MergingFailed
from doorward.imagery.matcher.levels import Levels
from doorward.imagery.matcher.tables import Kernels
from support.hashes import answered, near, random_hashes

SMALL = Levels(mutable_rows=8, growth=4, waiting=2)
HASHES = random_hashes(400)


class HeldBuilding:
    """Kernels that build no segment until they are let."""

    def __init__(self, kernels: Kernels) -> None:
        self._kernels = kernels
        self.begun, self.allowed = threading.Event(), threading.Event()
        self.kernels = replace(kernels, build=self._build)

    def _build(self, *arrays: Any) -> None:
        self.begun.set()
        assert self.allowed.wait(60)
        self._kernels.build(*arrays)


@contextmanager
def held_merge(kernels: Kernels) -> Iterator[tuple[HammingIndex, HeldBuilding]]:
    """An index of pairs 0 … 8 in which a merge has begun and cannot end before it is allowed."""
    held = HeldBuilding(kernels)
    with HammingIndex(kernels=held.kernels, levels=SMALL) as index:
        try:
            index.add(HASHES[:9], np.arange(9))
            assert held.begun.wait(60)
            yield index, held
        finally:
            held.allowed.set()


def merged(index: HammingIndex) -> None:
    """Wait until no merge runs."""
    store = index._store
    with store._changed:
        assert store._changed.wait_for(lambda: store._thread is None, 60)


def until_crowded(index: HammingIndex) -> None:
    """Wait until as many full arrays wait as may."""
    pause = threading.Event()
    while len(index._store.state.waiting) < SMALL.waiting:
        pause.wait(0.001)


def ids_within(index: HammingIndex, at: int, radius: int = 31) -> list[int]:
    return [id for _, id in answered(index.query(HASHES[at], radius))]


def test_no_thread_runs_before_the_first_merge_and_none_after_the_last(kernels: Kernels) -> None:
    with HammingIndex(kernels=kernels, levels=SMALL) as index:
        index.add(HASHES[:8], np.arange(8))
        assert index._store._thread is None
        index.add(HASHES[8:9], [8])
        merged(index)
        assert index.stats()["merges"] == 1
    for thread in threading.enumerate():
        if thread.name == "doorward-index-merging":
            thread.join(60)
            assert not thread.is_alive()


def test_while_a_merge_runs_everything_is_found(kernels: Kernels) -> None:
    with held_merge(kernels) as (index, _):
        index.add(HASHES[9:12], np.arange(9, 12))
        assert [ids_within(index, at) for at in range(12)] == [[at] for at in range(12)]


def test_what_is_removed_while_it_is_merged_stays_removed(kernels: Kernels) -> None:
    with held_merge(kernels) as (index, held):
        assert index.remove([2, 8]) == 2
        held.allowed.set()
        merged(index)
        assert index.stats()["merges"] == 1
        assert [ids_within(index, at) for at in (1, 2, 8)] == [[1], [], []]
        assert len(index) == 7


def test_what_is_removed_and_added_again_while_it_is_merged_is_there_once(kernels: Kernels) -> None:
    with held_merge(kernels) as (index, held):
        index.remove([2])
        assert index.add(HASHES[2:3], [2]) == 1
        held.allowed.set()
        merged(index)
        assert ids_within(index, 2) == [2]
        index.compact()
        assert ids_within(index, 2) == [2]
        assert len(index) == 9


def test_who_adds_faster_than_is_merged_waits_and_readers_do_not(kernels: Kernels) -> None:
    with held_merge(kernels) as (index, held):
        writer = threading.Thread(target=lambda: index.add(HASHES[9:200], np.arange(9, 200)))
        writer.start()
        until_crowded(index)
        assert ids_within(index, 3) == [3]
        assert index.remove([4]) == 1
        assert len(index) < 100
        held.allowed.set()
        writer.join(60)
        assert len(index) == 199


def test_compacting_waits_for_the_merge_that_runs(kernels: Kernels) -> None:
    with held_merge(kernels) as (index, held):
        compacting = threading.Thread(target=index.compact)
        compacting.start()
        held.allowed.set()
        compacting.join(60)
        (segment,) = index.stats()["segments"]
        assert (segment["pairs"], index.stats()["pending"]) == (9, 0)


def test_compacting_what_is_compact_does_nothing(kernels: Kernels) -> None:
    with HammingIndex.build(HASHES, kernels=kernels, levels=SMALL) as index:
        index.compact()
        assert index.stats()["merges"] == 0


def test_levels_keep_the_number_of_segments_small(kernels: Kernels) -> None:
    with HammingIndex(kernels=kernels, levels=SMALL) as index:
        for at in range(400):
            index.add(HASHES[at : at + 1], [at])
            levels = [segment["level"] for segment in index.stats()["segments"]]
            assert sorted(set(levels)) == levels
        merged(index)
        assert [ids_within(index, at) for at in range(400)] == [[at] for at in range(400)]


def test_a_segment_of_which_a_quarter_is_removed_is_written_anew(kernels: Kernels) -> None:
    with HammingIndex.build(HASHES, kernels=kernels, levels=SMALL) as index:
        index.remove(np.arange(100))
        merged(index)
        assert [(s["pairs"], s["removed"]) for s in index.stats()["segments"]] == [(400, 100)]
        index.remove([100])
        merged(index)
        assert [(s["pairs"], s["removed"]) for s in index.stats()["segments"]] == [(299, 0)]


def test_an_index_of_which_all_is_removed_is_empty(kernels: Kernels) -> None:
    with HammingIndex.build(HASHES, kernels=kernels, levels=SMALL) as index:
        index.remove(np.arange(400))
        merged(index)
        assert (len(index), index.stats()["segments"]) == (0, [])
        assert ids_within(index, 5) == []


def test_many_at_once_are_added_as_one_by_one(kernels: Kernels) -> None:
    many = random_hashes(600, seed=3)
    with HammingIndex(kernels=kernels, levels=replace(SMALL, mutable_rows=64)) as index:
        assert index.add(many, np.arange(600)) == 600
        assert index.add(many, np.arange(600)) == 0
        assert index.add(many, np.arange(1, 601)) == 600
        index.compact()
        (segment,) = index.stats()["segments"]
        assert (segment["hashes"], segment["pairs"]) == (600, 1_200)


class FailingBuilding:
    """Kernels for which there is no memory, as long as `fails`."""

    def __init__(self, kernels: Kernels) -> None:
        self._kernels, self.fails, self.attempts = kernels, True, 0
        self.kernels = replace(kernels, build=self._build)

    def _build(self, *arrays: Any) -> None:
        self.attempts += 1
        if self.fails:
            raise MemoryError("no memory for a segment")
        self._kernels.build(*arrays)


def test_merging_that_fails_loses_nothing_and_is_said_to_writers(kernels: Kernels) -> None:
    failing = FailingBuilding(kernels)
    with HammingIndex(kernels=failing.kernels, levels=SMALL) as index:
        with pytest.raises(MergingFailed, match=r"no memory.*nothing is lost.*Free memory"):
            index.add(HASHES, np.arange(400))
        there = len(index)
        assert 0 < there < 400
        assert [ids_within(index, at) for at in range(there)] == [[at] for at in range(there)]
        failing.fails = False
        assert index.add(HASHES, np.arange(400)) == 400 - there
        assert len(index) == 400


def test_after_a_failure_removals_go_on_and_do_not_try_to_merge(kernels: Kernels) -> None:
    failing = FailingBuilding(kernels)
    with HammingIndex(kernels=failing.kernels, levels=SMALL) as index:
        with pytest.raises(MergingFailed):
            index.add(HASHES, np.arange(400))
        attempts, there = failing.attempts, len(index)
        assert [index.remove([at]) for at in range(there)] == [1] * there
        merged(index)
        assert (failing.attempts, len(index)) == (attempts, 0)


def test_a_closed_index_answers_and_takes_no_changes(kernels: Kernels) -> None:
    index = HammingIndex.build(HASHES, kernels=kernels)
    index.close()
    assert ids_within(index, 5) == [5]
    with pytest.raises(IndexClosed, match="Open it again"):
        index.add(HASHES[:1], [900])
    with pytest.raises(IndexClosed):
        index.remove([5])


def test_a_writer_who_waits_is_told_when_the_index_is_closed(kernels: Kernels) -> None:
    with held_merge(kernels) as (index, held):
        errors: list[Exception] = []

        def write() -> None:
            try:
                index.add(HASHES[9:200], np.arange(9, 200))
            except IndexClosed as error:
                errors.append(error)

        writer = threading.Thread(target=write)
        writer.start()
        until_crowded(index)
        closing = threading.Thread(target=index.close)
        closing.start()
        writer.join(60)
        assert len(errors) == 1
        held.allowed.set()
        closing.join(60)


_WRONG: dict[str, tuple[Any, Any, str]] = {
    "hashes of another width": (np.zeros((2, 16), np.uint8), [1, 2], r"uint8\[n, 32\]"),
    "hashes of another type": (np.zeros((2, 32), np.int8), [1, 2], r"uint8\[n, 32\]"),
    "ids below zero": (np.zeros((2, 32), np.uint8), [1, -2], "whole numbers from 0"),
    "ids that are no numbers": (np.zeros((2, 32), np.uint8), [1.5, 2], "whole numbers from 0"),
    "ids beyond 64 bits": (np.zeros((2, 32), np.uint8), [1, 2**64], "whole numbers from 0"),
    "ids below zero in an array": (np.zeros((2, 32), np.uint8), np.array([1, -2]), "whole numbers from 0"),
    "fewer ids than hashes": (np.zeros((2, 32), np.uint8), [1], "2 hashes and 1 ids"),
}


@pytest.mark.parametrize("wrong", list(_WRONG))
def test_what_cannot_be_added_is_refused(wrong: str) -> None:
    hashes, ids, message = _WRONG[wrong]
    with pytest.raises(ValueError, match=message):
        HammingIndex().add(hashes, ids)
    with pytest.raises(ValueError, match=message):
        HammingIndex.build(hashes, ids)


@pytest.mark.parametrize("radius", [-1, 257])
def test_a_radius_that_is_none_is_refused(radius: int) -> None:
    with pytest.raises(ValueError, match="0 to 256"):
        HammingIndex().query(bytes(32), radius)


def test_what_cannot_be_removed_and_a_limit_that_is_none_are_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers from 0"):
        HammingIndex().remove([-1])
    with pytest.raises(ValueError, match="number from 0"):
        HammingIndex().query_capped(bytes(32), 31, -1)


def test_a_hash_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        HammingIndex().query(bytes(31))


@pytest.mark.parametrize("ids", [[2**64 - 1, 3], np.array([2**64 - 1, 3], np.uint64)], ids=["list", "array"])
def test_ids_may_have_all_their_bits(kernels: Kernels, ids: Any) -> None:
    index = HammingIndex.build(HASHES[:2], ids, kernels=kernels)
    assert answered(index.query(near(HASHES[0], 3))) == [(3, 2**64 - 1)]
    assert index.remove([2**64 - 1]) == 1
