"""An immutable set of pairs with the tables that search it."""

from dataclasses import dataclass

import numpy as np

from doorward.imagery.matcher.assembly import Arrays, assemble
from doorward.imagery.matcher.container import IndexFile
from doorward.imagery.matcher.layout import PERMUTATION
from doorward.imagery.matcher.tables import Bytes, Ids, Kernels, Tables, Words


@dataclass(eq=False, slots=True)
class Segment:
    """Its arrays never change. What was removed is marked in the tables, and counted here."""

    arrays: Arrays
    tables: Tables
    file: IndexFile | None = None
    removed: int = 0

    @property
    def pairs(self) -> int:
        """Pairs in the arrays, removed or not."""
        return len(self.arrays["ids"]) + len(self.arrays["more_ids"])

    @property
    def live(self) -> int:
        """Pairs that are not removed."""
        return self.pairs - self.removed

    @property
    def size_bytes(self) -> int:
        """Memory of the arrays."""
        return sum(array.nbytes for array in self.arrays.values())

    def has(self, hash: Bytes, id: int) -> bool:
        """Whether the pair is here and live."""
        return self.tables.has(hash, id)

    def remove(self, ids: Ids) -> int:
        """Remove all pairs with these ids; how many there were. One writer at a time."""
        gone = self.tables.remove(ids)
        self.removed += gone
        return gone

    def live_pairs(self) -> tuple[Words, Ids]:
        """Permuted hash and id of every live pair; raises `ValueError` where the arrays are corrupt."""
        live = self.tables.live().view(bool)
        rows, more = np.split(live, [len(self.arrays["ids"])])
        more_rows = self.arrays["more_rows"][more]
        hashes = self.arrays["hashes"]
        if len(more_rows) and int(more_rows.max()) >= len(hashes):
            raise ValueError(f"further ids belong to row {more_rows.max()} of {len(hashes)}")
        return (
            np.concatenate([hashes[rows], hashes[more_rows]]),
            np.concatenate([self.arrays["ids"][rows], self.arrays["more_ids"][more]]),
        )


def make_tables(arrays: Arrays, kernels: Kernels) -> Tables:
    """What searches these arrays; raises `ValueError` where they do not fit together."""
    return kernels.tables(
        permutation=PERMUTATION,
        hashes=arrays["hashes"],
        starts=arrays["starts"],
        nexts=arrays["nexts"],
        rows=arrays["rows"],
        ids=arrays["ids"],
        more_rows=arrays["more_rows"],
        more_ids=arrays["more_ids"],
        more_by_id=arrays["more_by_id"],
    )


def make_segment(hashes: Words, ids: Ids, kernels: Kernels, seed: int) -> Segment:
    """A segment of these pairs, `hashes` permuted."""
    arrays = assemble(hashes, ids, kernels, seed)
    return Segment(arrays, make_tables(arrays, kernels))


def nothing(kernels: Kernels) -> Segment:
    """A segment without pairs."""
    return make_segment(np.empty((0, 4), np.uint64), np.empty(0, np.uint64), kernels, 0)
