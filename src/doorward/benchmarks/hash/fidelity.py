"""How far our hashes lie from the reference's, over many JPEG files: qualities, subsampling, scans."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from doorward.benchmarks.hash import ways
from doorward.benchmarks.hash.pictures import Picture, Source, sources, stored, textured

QUALITIES = range(30, 96, 5)
KINDS: Sequence[dict[str, Any]] = (
    {"subsampling": "4:2:0"},
    {"subsampling": "4:4:4"},
    {"subsampling": "4:2:0", "progressive": True},
)
LONG_SIDES = (480, 1280)


def files(most: int) -> Iterator[Picture]:
    """JPEG files of every kind, evenly chosen where there are more than `most`."""
    kinds = list(product(sources(), LONG_SIDES, QUALITIES, KINDS))
    for place in range(min(most, len(kinds))):
        source, side, quality, options = kinds[place * len(kinds) // min(most, len(kinds))]
        yield stored(source.name, _at(source, side), quality=quality, **options)


def _at(source: Source, long_side: int) -> Any:
    scale = long_side / max(source.image.size)
    size = (round(source.image.width * scale), round(source.image.height * scale))
    return textured(source.image, size, seed=long_side)


def fidelity(most: int) -> dict[str, Any]:
    """Distances in bits and differences of quality to `pdqhash` on the same pixels."""
    if (missing := ways.problem(ways.PDQHASH)) is not None:
        return {"absent": missing}
    exact, luma, repeated, number = _Apart(), _Apart(), 0, 0
    reference = ways.of_pixels()[ways.PDQHASH]
    for picture in files(most):
        true = reference(picture.pixels)
        of_bytes = ways.of_bytes()
        exact.add(ways.of_pixels()[ways.RGB](picture.pixels), true)
        exact.add(of_bytes[ways.EXACT](picture.jpeg or b""), true)
        luma.add(of_bytes[ways.LUMA](picture.jpeg or b""), true)
        repeated += ways.is_hashed_again(picture.jpeg or b"")
        number += 1
    return {
        "files": number,
        "qualities": [QUALITIES.start, QUALITIES[-1]],
        "exact": exact.told(),
        "luma": luma.told(),
        "emulated_share": repeated / number,
    }


class _Apart:
    """Distances so far."""

    def __init__(self) -> None:
        self._bits: list[int] = []
        self._quality: list[int] = []

    def add(self, ours: ways.Hashed, true: ways.Hashed) -> None:
        self._bits.append(ways.apart_bits(ours, true))
        self._quality.append(abs((ours or (b"", 0))[1] - (true or (b"", 0))[1]))

    def told(self) -> dict[str, float]:
        return {
            "bits_mean": float(np.mean(self._bits)),
            "bits_max": max(self._bits),
            "quality_max": max(self._quality),
        }
