"""How much a query can cost beside comparing with every hash, on lists that are made to hurt."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorward.benchmarks.match.data import Hashes
from doorward.benchmarks.match.degenerate import Degenerate, degenerate_sets
from doorward.benchmarks.match.engine import all_answers
from doorward.benchmarks.match.our_engine import OurEngine
from doorward.benchmarks.match.plan import RADIUS_BITS, RECALL_RADII_BITS, SET_ENTRIES, Plan
from doorward.benchmarks.match.truth import brute_force, compare, within
from doorward.benchmarks.timing import Times

_JUDGED_QUERIES = 2
_LEAST_ROUNDS = 15


def worst_cases(plan: Plan) -> list[dict[str, Any]]:
    """One row for each series of queries on each list: its time, a scan's time, recall over all radii."""
    entries = min(plan.entries, SET_ENTRIES)
    return [row for each in degenerate_sets(entries, plan.seed) for row in _rows(each, plan)]


def _rows(degenerate: Degenerate, plan: Plan) -> list[dict[str, Any]]:
    engine = OurEngine(plan.instructions)
    engine.build(degenerate.hashes)
    rows = []
    for name, queries in degenerate.queries.items():
        ours_us, scan_us = _side_by_side(engine, queries)
        row = {
            "list": degenerate.name,
            "queries": name,
            "entries": len(degenerate.hashes),
            "p50_us": ours_us,
            "scan_p50_us": scan_us,
            "ratio_to_scan": ours_us / scan_us,
            "recall": _recall(engine, degenerate.hashes, queries[:_JUDGED_QUERIES]),
        }
        rows.append(row)
    return rows


def _side_by_side(engine: OurEngine, queries: Hashes) -> tuple[float, float]:
    """Medians of a search and of a plain scan of the same tables, in turns, in microseconds."""
    ours, scan = [], []
    for query in _repeated(queries):
        begun = time.perf_counter_ns()
        engine.tables.search(query, RADIUS_BITS)
        between = time.perf_counter_ns()
        engine.tables.scan(query, RADIUS_BITS)
        ours.append(between - begun)
        scan.append(time.perf_counter_ns() - between)
    return Times.of(ours[1:]).p50_us, Times.of(scan[1:]).p50_us


def _repeated(queries: Hashes) -> Iterator[NDArray[np.uint8]]:
    """The first one once more, for warming up; few queries several times."""
    yield queries[0]
    for _ in range(max(1, _LEAST_ROUNDS // len(queries))):
        yield from queries


def _recall(engine: OurEngine, hashes: Hashes, queries: Hashes) -> float:
    """The worst over all radii."""
    ids = np.arange(len(hashes), dtype=np.uint64)
    most = brute_force(queries, hashes, max(RECALL_RADII_BITS), ids)
    judged = (
        compare(all_answers(engine, queries, radius), within(most, radius)) for radius in RECALL_RADII_BITS
    )
    return min(one.recall if one.wrong == 0 else 0.0 for one in judged)
