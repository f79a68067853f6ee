"""The measurements that every engine goes through."""

import gc
import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorward.benchmarks.machine import own_memory_bytes
from doorward.benchmarks.match.data import Hashes, neighbours, open_hashes, recall_queries, strangers
from doorward.benchmarks.match.engine import Engine, Found, all_answers, batch_answers
from doorward.benchmarks.match.plan import NEAR_BITS, RADIUS_BITS, Plan
from doorward.benchmarks.timing import Times, each_call, seconds

_BATCH_ROWS = 100  # at a time, so that a slow engine can stop in time


@dataclass(frozen=True, slots=True)
class Near:
    """Queries at some distance from an entry, in turns with queries that find nothing."""

    p50_us: dict[str, float]  # by the distance in bits
    no_match_p50_us: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One engine on one list."""

    build_s: float
    bytes_per_hash: float  # of the process' own memory, after building, with ids
    no_match: Times
    batch_us: float
    near: Near

    def to_json(self) -> dict[str, Any]:
        """For the process that asked."""
        return asdict(self)


def measure(engine: Engine, plan: Plan, name: str) -> Figures:
    """Build, time, and leave the answers for brute force to judge."""
    hashes = open_hashes(plan)
    before = own_memory_bytes()
    _, build_s = seconds(lambda: engine.build(hashes))
    gc.collect()
    held = own_memory_bytes() - before
    figures = Figures(build_s, held / plan.entries, *_times(engine, plan, hashes))
    leave_answers(engine, plan, hashes, name)
    return figures


def _times(engine: Engine, plan: Plan, hashes: Hashes) -> tuple[Times, float, Near]:
    queries = strangers(plan)
    single = times(engine, queries, plan.limit_s)
    return single, batch_us(engine, queries, plan.limit_s), _near(engine, plan, hashes)


def _near(engine: Engine, plan: Plan, hashes: Hashes) -> Near:
    """One query of each kind after the other, so that whatever else the machine does befalls all alike."""
    number = max(1, plan.queries // 2)
    nothing = "nothing"
    kinds = {nothing: strangers(plan)[:number]}
    kinds |= {str(bits): neighbours(plan, hashes, bits, number) for bits in NEAR_BITS}
    taken: dict[str, list[int]] = {kind: [] for kind in kinds}
    until = time.perf_counter() + plan.limit_s
    for place in range(number):
        for kind, queries in kinds.items():
            begun = time.perf_counter_ns()
            engine.one(queries[place], RADIUS_BITS)
            taken[kind].append(time.perf_counter_ns() - begun)
        if time.perf_counter() > until:
            break
    p50_us = {kind: Times.of(each).p50_us for kind, each in taken.items()}
    return Near(no_match_p50_us=p50_us.pop(nothing), p50_us=p50_us)


def times(engine: Engine, queries: Hashes, limit_s: float) -> Times:
    """Single queries, one after the other."""

    def ask(query: NDArray[np.uint8]) -> Found:
        return engine.one(query, RADIUS_BITS)

    return each_call(ask, list(queries), limit_s=limit_s)


def batch_us(engine: Engine, queries: Hashes, limit_s: float) -> float:
    """Time for each query where they come together; all at once if the engine is fast enough."""
    first = queries[:_BATCH_ROWS]
    _, took_s = seconds(lambda: engine.many(first, RADIUS_BITS))
    affordable = max(len(first), int(limit_s / max(took_s / len(first), 1e-9)))
    some = queries[:affordable]
    _, took_s = seconds(lambda: engine.many(some, RADIUS_BITS))
    return took_s / len(some) * 1e6


def leave_answers(engine: Engine, plan: Plan, hashes: Hashes, name: str) -> None:
    """Write what single queries and a batch find where the judge looks for it."""
    queries = recall_queries(plan, hashes)
    np.savez(
        plan.answers_file(name),
        one=all_answers(engine, queries, RADIUS_BITS),
        many=batch_answers(engine, queries, RADIUS_BITS),
    )
