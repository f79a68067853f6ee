"""An immutable set of pairs with the tables that search it."""

import secrets
from dataclasses import dataclass

from doorward.imagery.matcher.assembly import assemble
from doorward.imagery.matcher.container import IndexFile
from doorward.imagery.matcher.layout import PERMUTATION
from doorward.imagery.matcher.memory import Arrays
from doorward.imagery.matcher.sources import Source
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

    def live_pairs(self) -> list[tuple[Words, Ids]]:
        """Permuted hash and id of every live pair; raises `ValueError` where the arrays are corrupt."""
        hashes, rows, more_rows = self.arrays["hashes"], len(self.arrays["ids"]), self.arrays["more_rows"]
        live = self.tables.live().view(bool)
        first, more = live[:rows], live[rows:]
        if len(more_rows) and int(more_rows.max()) >= rows:
            raise ValueError(f"further ids belong to row {more_rows.max()} of {rows}")
        chosen = slice(None) if first.all() else first  # a view, and no copy, where nothing is removed
        return [
            (hashes[chosen], self.arrays["ids"][chosen]),
            (hashes[more_rows[more]], self.arrays["more_ids"][more]),
        ]


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


def make_segment(source: Source, kernels: Kernels) -> Segment:
    """A segment of these pairs."""
    arrays = assemble(source, kernels, secrets.randbits(64))
    return Segment(arrays, make_tables(arrays, kernels))
