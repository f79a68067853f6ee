"""Whatever is done to an index, in whatever order, it answers as a set of pairs would."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from doorward.imagery.matcher import HammingIndex
from doorward.imagery.matcher.levels import Levels
from doorward.imagery.matcher.tables import Kernels
from support.hashes import Hashes, Pair, answered, expected, near, pairs_of, random_hashes

SMALL = Levels(mutable_rows=4, growth=2, waiting=2)  # so that a dozen additions merge several times

_FAR = random_hashes(4)
POOL = np.array([near(hash, bits, bits) for hash in _FAR for bits in (0, 1, 16, 31, 32, 60)])
"""Four crowds of hashes, in each some at distances that matter."""

members = st.lists(st.tuples(st.integers(0, len(POOL) - 1), st.integers(0, 11)), max_size=12)
ids = st.lists(st.integers(0, 13), max_size=4)
queries = st.sampled_from(range(len(POOL)))
radii = st.one_of(st.integers(0, 63), st.sampled_from([31, 64, 256]))


class IndexMachine(RuleBasedStateMachine):
    """An index beside the set of pairs that it should be."""

    kernels: Kernels

    def __init__(self) -> None:
        super().__init__()
        self.index = HammingIndex(kernels=self.kernels, levels=SMALL)
        self.pairs: set[Pair] = set()

    @rule(chosen=members)
    def build(self, chosen: list[tuple[int, int]]) -> None:
        self.index.close()
        hashes, numbers = _columns(chosen)
        self.index = HammingIndex.build(hashes, numbers, kernels=self.kernels, levels=SMALL)
        self.pairs = pairs_of(hashes, numbers)

    @rule(chosen=members)
    def add(self, chosen: list[tuple[int, int]]) -> None:
        hashes, numbers = _columns(chosen)
        before = len(self.pairs)
        self.pairs |= pairs_of(hashes, numbers)
        assert self.index.add(hashes, numbers) == len(self.pairs) - before

    @rule(chosen=ids)
    def remove(self, chosen: list[int]) -> None:
        left = {(hash, id) for hash, id in self.pairs if id not in chosen}
        assert self.index.remove(chosen) == len(self.pairs) - len(left)
        self.pairs = left

    @rule()
    def compact(self) -> None:
        self.index.compact()

    @rule(mode=st.sampled_from(["mmap", "ram"]))
    def save_and_open(self, mode: str) -> None:
        with TemporaryDirectory() as directory:
            path = Path(directory) / "index"
            self.index.save(path, note="noted")
            self.index.close()
            self.index = HammingIndex.open(
                path, "ram" if mode == "ram" else "mmap", verify=True, kernels=self.kernels, levels=SMALL
            )
        assert self.index.note == "noted"

    @rule(chosen=queries, radius=radii)
    def query(self, chosen: int, radius: int) -> None:
        assert answered(self.index.query(POOL[chosen], radius)) == self.expected(chosen, radius)

    @rule(chosen=queries, radius=radii, limit=st.integers(0, 5))
    def query_with_a_limit(self, chosen: int, radius: int, limit: int) -> None:
        found = self.index.query_capped(POOL[chosen], radius, limit)
        complete = self.expected(chosen, radius)
        assert answered((found.ids, found.distances)) == complete[:limit]
        assert found.capped == (len(complete) > limit)

    @rule(chosen=st.lists(queries, max_size=4), radius=radii)
    def query_many(self, chosen: list[int], radius: int) -> None:
        offsets, found, distances = self.index.query_batch(POOL[chosen].reshape(-1, 32), radius)
        parts = [slice(int(offsets[at]), int(offsets[at + 1])) for at in range(len(chosen))]
        answers = [answered((found[part], distances[part])) for part in parts]
        assert answers == [self.expected(each, radius) for each in chosen]

    @invariant()
    def counts_its_pairs(self) -> None:
        assert len(self.index) == len(self.pairs)

    def teardown(self) -> None:
        self.index.verify()
        self.index.close()

    def expected(self, chosen: int, radius: int) -> list[tuple[int, int]]:
        return expected(self.pairs, POOL[chosen], radius)


def _columns(chosen: list[tuple[int, int]]) -> tuple[Hashes, list[int]]:
    return POOL[[member for member, _ in chosen]].reshape(-1, 32), [id for _, id in chosen]


def _run(kernels: Kernels, examples: int, steps: int) -> None:
    machine = type(f"IndexMachineOn{kernels.name}", (IndexMachine,), {"kernels": kernels})
    choice = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    run_state_machine_as_test(machine, settings=choice)


def test_an_index_answers_as_a_set_of_pairs_would(kernels: Kernels) -> None:
    _run(kernels, examples=20, steps=15)


@pytest.mark.campaign
def test_an_index_answers_as_a_set_of_pairs_would_for_long(kernels: Kernels) -> None:
    _run(kernels, examples=300, steps=50)
