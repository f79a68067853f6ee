"""How long each way takes on pictures of one size: `python -m doorward.benchmarks.hash.sizes`."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from doorward.benchmarks.children import GLIBC_AT_ITS_BEST, answer, ask, question
from doorward.benchmarks.hash import ways
from doorward.benchmarks.hash.memory import peaks_kib
from doorward.benchmarks.hash.pictures import Picture, of_file, of_size

PICTURES = 3  # of each size
LEAST_ROUNDS, MOST_ROUNDS = 3, 50


@dataclass(slots=True)
class _Series:
    """What each way took on one picture, in ms, and what came out."""

    taken_ms: dict[str, list[float]] = field(default_factory=dict)
    hashed: dict[str, ways.Hashed] = field(default_factory=dict)

    def call(self, name: str, way: Callable[[Any], Any], given: object) -> None:
        begun = time.perf_counter_ns()
        self.hashed[name] = way(given)
        self.taken_ms.setdefault(name, []).append((time.perf_counter_ns() - begun) / 1e6)


def measure(wanted: Path | float, limit_s: float) -> Any:
    """In a process of its own, whose allocator is at its best: a file, or pictures of so many megapixels."""
    asked = {"file": str(wanted)} if isinstance(wanted, Path) else {"megapixels": wanted}
    return ask("doorward.benchmarks.hash.sizes", {**asked, "limit_s": limit_s}, GLIBC_AT_ITS_BEST)


def measure_size(pictures: Sequence[Picture], limit_s: float) -> dict[str, Any]:
    """All ways on each picture, in turns; medians over rounds, then means over pictures."""
    series = [_measure(picture, limit_s / len(pictures)) for picture in pictures]
    names = list(dict.fromkeys(name for each in series for name in each.taken_ms))
    taken = {
        name: float(np.mean([np.median(each.taken_ms[name]) for each in series if name in each.taken_ms]))
        for name in names
    }
    with_file = [picture.jpeg for picture in pictures if picture.jpeg is not None]
    return {
        "megapixels": round(float(np.mean([picture.megapixels for picture in pictures])), 2),
        "pictures": [picture.name for picture in pictures],
        "jpeg_kib": round(float(np.mean([len(data) for data in with_file])) / 1024) if with_file else None,
        "median_ms": taken,
        "ratio_to_pdqhash": _ratio(taken, ways.PDQHASH, ways.RGB),
        "ratio_to_threatexchange": {
            name: _ratio(taken, ways.THREATEXCHANGE, name) for name in (ways.EXACT, ways.LUMA)
        },
        "bits_apart": _bits_apart(series),
        "hashed_again": sum(ways.is_hashed_again(data) for data in with_file),
        "peak_kib": peaks_kib(with_file[0]) if with_file else {},
    }


def _measure(picture: Picture, limit_s: float) -> _Series:
    series = _Series()
    until = time.perf_counter() + limit_s
    for turn in range(MOST_ROUNDS):
        for name, of_pixels in ways.of_pixels().items():
            series.call(name, of_pixels, picture.pixels)
        if picture.jpeg is not None:
            series.call(ways.DECODE, ways.decode_only, picture.jpeg)
            for name, of_bytes in ways.of_bytes().items():
                series.call(name, of_bytes, picture.jpeg)
        if turn + 1 >= LEAST_ROUNDS and time.perf_counter() > until:
            break
    return series


def _ratio(taken: Mapping[str, float], peer: str, ours: str) -> float | None:
    return taken[peer] / taken[ours] if peer in taken and ours in taken else None


def _bits_apart(series: Sequence[_Series]) -> dict[str, int]:
    """The largest distance of each of our hashes to the peers'."""
    found: dict[str, int] = {}
    for each in series:
        for ours, peer in (
            (ways.RGB, ways.PDQHASH),
            (ways.EXACT, ways.THREATEXCHANGE),
            (ways.LUMA, ways.THREATEXCHANGE),
        ):
            if ours in each.hashed and peer in each.hashed:
                bits = ways.apart_bits(each.hashed[ours], each.hashed[peer])
                found[ours] = max(bits, found.get(ours, 0))
    return found


if __name__ == "__main__":
    told = question()
    of_one_size = (
        [of_file(Path(told["file"]))] if "file" in told else list(of_size(told["megapixels"], PICTURES))
    )
    answer(measure_size(of_one_size, told["limit_s"]))
