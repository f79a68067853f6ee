"""What searches a segment: one protocol, kept by the native kernels and by NumPy alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Rows = NDArray[np.uint32]
Ids = NDArray[np.uint64]
Distances = NDArray[np.uint16]
Found = tuple[Ids, Distances]
"""Ids of pairs within the radius, and their distances in bits; ordered by (distance, id)."""
FoundBatch = tuple[NDArray[np.uint64], Ids, Distances]
"""Query i's part is [offsets[i], offsets[i + 1]) of the ids and distances."""

POINTS_OUTSIDE: Final = (ValueError, IndexError)
"""What `Tables` raise where something in their arrays points outside, and never follow it."""


class Tables(Protocol):
    """Searches one segment (`layout`), and knows which of its pairs were removed.

    It keeps references to its arrays and trusts nothing in them: what points outside raises
    one of `POINTS_OUTSIDE`, and is never followed. All methods may run in many threads at once, except that
    only one may remove. A removal only ever sets marks, so that readers need no lock.
    """

    def search(self, query: Bytes, radius: int) -> Found:
        """All live pairs within `radius` bits, 0 … 256, of `query`, `uint8[32]`."""

    def search_batch(self, queries: Bytes, radius: int) -> FoundBatch:
        """The same for each row of `queries`, `uint8[m, 32]`."""

    def scan(self, query: Bytes, radius: int) -> Found:
        """The same as `search` by comparing with every hash."""

    def has(self, hash: Bytes, id: int) -> bool:
        """Whether the pair is here and live."""

    def remove(self, ids: Ids) -> int:
        """Mark every live pair with one of these ids as removed; how many there were."""

    def remove_pairs(self, hashes: Bytes, ids: Ids) -> int:
        """Mark these pairs as removed, where they are here and live; how many there were."""

    def live(self) -> Bytes:
        """`uint8[u + k]`, 1 for each pair that is live: the hashes' first ids, then the further ones."""

    def stats(self) -> Mapping[str, float | int | str]:
        """Instruction set, calibrated costs, what the planner decided since opening."""


class MakeTables(Protocol):
    """Makes `Tables` of arrays laid out as in `layout`; checks their shapes and types."""

    def __call__(
        self,
        permutation: Bytes,
        hashes: Words,
        starts: Rows,
        nexts: NDArray[np.uint16],
        rows: Rows,
        ids: Ids,
        more_rows: Rows,
        more_ids: Ids,
        more_by_id: Rows,
        instructions: str = "",
    ) -> Tables:
        """`instructions` names an instruction set of `Kernels.instruction_sets`; "" is the best."""


@dataclass(frozen=True, slots=True)
class Kernels:
    """The functions that work on whole arrays, in one implementation."""

    name: str
    tables: MakeTables
    permute: Callable[[Bytes, Bytes, Words], None]
    """`permute(permutation, hashes uint8[n, 32], out uint64[n, 4])`"""
    first_equal: Callable[[Words, int, Rows], None]
    """`first_equal(hashes uint64[n, 4], seed, out uint32[n])`: for every row the first row with an equal hash"""
    build: Callable[[Words, Rows, NDArray[np.uint16], Rows], None]
    """`build(hashes, starts, nexts, rows)` fills the three tables of a segment"""
    distances: Callable[[Bytes, Bytes, Distances], None]
    """`distances(query uint8[32], hashes uint8[n, 32], out uint16[n])`, in bits"""
    instruction_sets: Callable[[], list[str]]
    """What this processor has, best first"""
