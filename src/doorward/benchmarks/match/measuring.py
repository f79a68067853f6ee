"""The measurements that every engine goes through."""

import gc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from doorward.benchmarks.machine import own_memory_bytes
from doorward.benchmarks.match.data import Hashes, neighbours, open_hashes, recall_queries, strangers
from doorward.benchmarks.match.engine import Engine, all_answers, batch_answers
from doorward.benchmarks.match.plan import NEAR_BITS, RADIUS_BITS, Plan
from doorward.benchmarks.timing import Times, each_call, seconds

_BATCH_ROWS = 100  # at a time, so that a slow engine can stop in time


@dataclass(frozen=True, slots=True)
class Figures:
    """One engine on one list."""

    build_s: float
    bytes_per_hash: float  # of the process' own memory, after building, with ids
    no_match: Times
    batch_us: float
    near_p50_us: dict[str, float]  # by the distance to the entry that is found

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


def _times(engine: Engine, plan: Plan, hashes: Hashes) -> tuple[Times, float, dict[str, float]]:
    queries = strangers(plan)
    single = times(engine, queries, plan.limit_s)
    near = {
        str(bits): times(
            engine, neighbours(plan, hashes, bits, max(1, len(queries) // 5)), plan.limit_s / 5
        ).p50_us
        for bits in NEAR_BITS
    }
    return single, batch_us(engine, queries, plan.limit_s), near


def times(engine: Engine, queries: Hashes, limit_s: float) -> Times:
    """Single queries, one after the other."""
    call: Callable[[Any], object] = lambda query: engine.one(query, RADIUS_BITS)  # noqa: E731
    return each_call(call, list(queries), limit_s=limit_s)


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
