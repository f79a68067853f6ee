"""Doorward's own index, measured as the peers are."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from doorward.benchmarks.match.engine import Found, FoundBatch, Hashes
from doorward.imagery.matcher import HammingIndex
from doorward.imagery.matcher.kernels import best_kernels
from doorward.imagery.matcher.tables import Kernels, Tables


class OurEngine:
    """A `HammingIndex` with a chosen instruction set. Satisfies `Engine`."""

    def __init__(self, instructions: str = "") -> None:
        self._made: list[Tables] = []
        self._kernels = _with_instructions(instructions, self._made.append)
        self._index = HammingIndex(kernels=self._kernels)

    @property
    def index(self) -> HammingIndex:
        """The index, to be saved or changed."""
        return self._index

    @property
    def tables(self) -> Tables:
        """Those of the newest segment: they can also scan, which the index does not offer."""
        return self._made[-1]

    def build(self, hashes: Hashes) -> None:
        """With the numbers of the rows as ids."""
        self._index = HammingIndex.build(hashes, kernels=self._kernels)

    def open(self, path: Path, mode: Literal["mmap", "ram"]) -> None:
        """The index of a file in place of this one."""
        self._made.clear()
        self._index = HammingIndex.open(path, mode, kernels=self._kernels)

    def one(self, query: NDArray[np.uint8], radius_bits: int) -> Found:
        """As the gate asks."""
        return self._index.query(query, radius_bits)

    def many(self, queries: Hashes, radius_bits: int) -> FoundBatch:
        """As the gate asks when uploads queue up."""
        return self._index.query_batch(queries, radius_bits)

    def instruction_set(self) -> str:
        """What its kernels are compiled for."""
        return str(self.tables.stats()["instructions"])


def instruction_sets() -> list[str]:
    """Those that this processor has, best first."""
    return best_kernels().instruction_sets()


def _with_instructions(instructions: str, made: Callable[[Tables], None]) -> Kernels:
    """The best kernels, held to one instruction set, reporting the tables that they make."""
    best = best_kernels()

    def tables(*arrays: Any, **named: Any) -> Tables:
        one = best.tables(*arrays, **{**named, "instructions": instructions})
        made(one)
        return one

    return replace(best, tables=tables)
