"""What is measured alike for every engine, ours and the peers'."""

from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from doorward.benchmarks.match.truth import Answers, answers

Hashes = NDArray[np.uint8]
Found = tuple[NDArray[np.uint64], NDArray[np.uint16]]
FoundBatch = tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint16]]


class Engine(Protocol):
    """An index of 256-bit hashes with exact range search; ids are the numbers of the rows."""

    def build(self, hashes: Hashes) -> None:
        """Take in all hashes, `uint8[n, 32]`."""

    def one(self, query: NDArray[np.uint8], radius_bits: int) -> Found:
        """Ids and distances of the entries within the radius of `query`, `uint8[32]`."""

    def many(self, queries: Hashes, radius_bits: int) -> FoundBatch:
        """The same for each row; query i's part lies between offsets i and i + 1."""


def all_answers(engine: Engine, queries: Hashes, radius_bits: int) -> Answers:
    """What single queries find, sorted as brute force sorts it."""
    found = [answers(number, *engine.one(query, radius_bits)) for number, query in enumerate(queries)]
    return np.sort(np.concatenate(found))


def batch_answers(engine: Engine, queries: Hashes, radius_bits: int) -> Answers:
    """The same through one batch."""
    offsets, ids, distances = engine.many(queries, radius_bits)
    bounds = offsets.astype(np.int64)
    found = [
        answers(number, ids[start:end], distances[start:end])
        for number, (start, end) in enumerate(pairwise(bounds))
    ]
    return np.sort(np.concatenate(found))
