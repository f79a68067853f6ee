"""The whole benchmark of hashing, and one report of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from doorward.benchmarks.hash import ways
from doorward.benchmarks.hash.fidelity import fidelity
from doorward.benchmarks.hash.pictures import of_file
from doorward.benchmarks.hash.sizes import measure
from doorward.benchmarks.machine import describe
from doorward.imagery.pdq.jpeg import jpeg_path

SIZES_MP = (0.5, 2.0, 12.0, 24.0)
Say = Callable[[str], None]


def run(
    files: Sequence[Path], *, sizes_mp: Sequence[float], limit_s: float, fidelity_files: int, say: Say
) -> dict[str, Any]:
    """Measure; returns the report as JSON-ready values. Raises `OSError` for a file nobody can read."""
    for path in files:
        of_file(path)  # before anything is measured
    report: dict[str, Any] = {"machine": describe(), "jpeg_path": str(jpeg_path()), "sizes": []}
    for wanted in files or sizes_mp:
        say(f"{wanted}" if isinstance(wanted, Path) else f"{wanted:g} megapixels")
        report["sizes"].append(measure(wanted, limit_s))
    if fidelity_files:
        say(f"distances to the reference over {fidelity_files} JPEG files")
        report["fidelity"] = fidelity(fidelity_files)
    report["absent_peers"] = {
        name: missing for name in (ways.PDQHASH, ways.THREATEXCHANGE) if (missing := ways.problem(name))
    }
    return report
