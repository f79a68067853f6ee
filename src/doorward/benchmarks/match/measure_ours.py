"""A measuring process for Doorward's index: `python -m doorward.benchmarks.match.measure_ours`.

One part at a time, as the question says, so that no part finds memory that another has used.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from doorward.benchmarks.children import answer, question
from doorward.benchmarks.match.data import open_hashes, strangers
from doorward.benchmarks.match.measuring import leave_answers, measure, times
from doorward.benchmarks.match.our_engine import OurEngine, instruction_sets
from doorward.benchmarks.match.plan import RADIUS_BITS, Plan
from doorward.benchmarks.match.updates import updates
from doorward.benchmarks.match.worst_case import worst_cases

OPENINGS = 7


def built(plan: Plan) -> dict[str, Any]:
    """What every engine is measured for, and the file that the other parts open."""
    engine = OurEngine(plan.instructions)
    figures = measure(engine, plan, "ours").to_json()
    file = index_file(plan)
    engine.index.save(file)
    return {
        **figures,
        "instruction_set": engine.instruction_set(),
        "bytes_per_hash_on_disk": file.stat().st_size / plan.entries,
        "tables": engine.tables.stats(),
    }


def opened(plan: Plan) -> dict[str, Any]:
    """From `open` to the first answer with all pages in the page cache, then queries on the mapping."""
    _read_once(index_file(plan))
    query = strangers(plan)[0]
    taken_ms = []
    for _ in range(OPENINGS):
        engine = OurEngine(plan.instructions)
        begun = time.perf_counter()
        engine.open(index_file(plan), "mmap")
        engine.one(query, RADIUS_BITS)
        taken_ms.append((time.perf_counter() - begun) * 1000)
    mapped = times(engine, strangers(plan), plan.limit_s)
    return {
        "open_ms": sorted(taken_ms)[OPENINGS // 2],
        "slowest_open_ms": max(taken_ms),
        "mapped_p50_us": mapped.p50_us,
        "mapped_p99_us": mapped.p99_us,
    }


def by_instruction_set(plan: Plan) -> dict[str, Any]:
    """The same queries on the same file with each instruction set of this processor."""
    found = {}
    for name in instruction_sets():
        engine = OurEngine(name)
        engine.open(index_file(plan), "ram")
        single = times(engine, strangers(plan), plan.limit_s)
        leave_answers(engine, plan, open_hashes(plan), f"ours_{name}")
        found[name] = {"p50_us": single.p50_us, "p99_us": single.p99_us}
        del engine  # before the next one is read into memory
    return {"instruction_sets": found}


def changed(plan: Plan) -> dict[str, Any]:
    """Changes a second, beside a reader."""
    engine = OurEngine(plan.instructions)
    engine.open(index_file(plan), "ram")
    with engine.index as index:
        return {"updates": updates(index, plan)}


def hurt(plan: Plan) -> dict[str, Any]:
    """Lists that are made to be slow."""
    return {"worst_cases": worst_cases(plan)}


PARTS: Mapping[str, Callable[[Plan], dict[str, Any]]] = {
    "built": built,
    "opened": opened,
    "by_instruction_set": by_instruction_set,
    "changed": changed,
    "hurt": hurt,
}


def index_file(plan: Plan) -> Path:
    """Where the index lies between the parts."""
    return Path(plan.folder) / "list.pdq-index"


def _read_once(file: Path) -> None:
    """Bring the file into the page cache."""
    with file.open("rb", buffering=0) as opened_file:
        piece = bytearray(16 * 1024 * 1024)
        while opened_file.readinto(piece):
            pass


if __name__ == "__main__":
    asked = question()
    answer(PARTS[asked["part"]](Plan.from_json(asked["plan"])))
