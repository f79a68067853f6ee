"""Changes while it answers: how many a second, and what queries notice of them."""

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from doorward.benchmarks.match.data import Hashes, balanced, strangers
from doorward.benchmarks.match.plan import RADIUS_BITS, Plan
from doorward.benchmarks.timing import Times
from doorward.imagery.matcher import HammingIndex

_AT_ONCE = 256
_MOST_ADDED, _MOST_ADDED_PER_S = 4_000_000, 400_000  # what is made beforehand to be added


def updates(index: HammingIndex, plan: Plan) -> dict[str, Any]:
    """Adds, then removes, for some seconds each, with a reader beside them; then queries alone again."""
    queries = strangers(plan)
    number = min(_MOST_ADDED, int(_MOST_ADDED_PER_S * plan.updates_s))
    fresh = balanced(np.random.default_rng((plan.seed, 2**34)), max(_AT_ONCE, number))
    first_id = plan.entries
    added = _Turn(lambda start: _add(index, fresh[start : start + _AT_ONCE], first_id + start))
    adds_per_s, during_adds = _beside_a_reader(added, index, queries, plan.updates_s, len(fresh))
    removed = _Turn(lambda start: index.remove(np.arange(start, start + _AT_ONCE, dtype=np.uint64)))
    removes_per_s, during_removes = _beside_a_reader(removed, index, queries, plan.updates_s, plan.entries)
    return {
        "adds_per_s": adds_per_s,
        "removes_per_s": removes_per_s,
        "changes_at_once": _AT_ONCE,
        "query_p50_us_during_adds": during_adds.p50_us,
        "query_p99_us_during_adds": during_adds.p99_us,
        "query_p50_us_during_removes": during_removes.p50_us,
    }


class _Turn:
    """Makes change after change; `done` counts them."""

    def __init__(self, change: Callable[[int], object]) -> None:
        self._change = change
        self.done = 0

    def run(self, limit_s: float, most: int) -> float:
        """Changes until the time is over or there are no more; returns the seconds that it took."""
        begun = time.perf_counter()
        while self.done + _AT_ONCE <= most and time.perf_counter() - begun < limit_s:
            self._change(self.done)
            self.done += _AT_ONCE
        return time.perf_counter() - begun


def _beside_a_reader(
    turn: _Turn, index: HammingIndex, queries: Hashes, limit_s: float, most: int
) -> tuple[float, Times]:
    """Changes a second, and the times of the queries that ran meanwhile."""
    over = threading.Event()
    taken: list[int] = []
    reader = threading.Thread(target=_read, args=(index, queries, over, taken))
    reader.start()
    try:
        took_s = turn.run(limit_s, most)
    finally:
        over.set()
        reader.join()
    return turn.done / took_s, Times.of(taken)


def _read(index: HammingIndex, queries: Hashes, over: threading.Event, taken: list[int]) -> None:
    place = 0
    while not over.is_set() or not taken:
        begun = time.perf_counter_ns()
        index.query(queries[place % len(queries)], RADIUS_BITS)
        taken.append(time.perf_counter_ns() - begun)
        place += 1


def _add(index: HammingIndex, hashes: Hashes, first_id: int) -> int:
    return index.add(hashes, np.arange(first_id, first_id + len(hashes), dtype=np.uint64))
