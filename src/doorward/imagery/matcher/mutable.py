"""The newest pairs, not yet in a segment: arrays that only grow, compared one by one."""

import numpy as np

from doorward.imagery.matcher.layout import HASH_BYTES
from doorward.imagery.matcher.results import NOTHING, in_order
from doorward.imagery.matcher.tables import Bytes, Found, Ids, Kernels


class Mutable:
    """A fixed number of rows, each a pair. One writer at a time; readers need no lock.

    A row is written first and counted afterwards, so that a reader sees whole rows only. What is
    removed is marked and stays. A pair that is removed and added again has a second row: whoever
    counted that one sees the mark on the first.
    """

    def __init__(self, kernels: Kernels, rows: int) -> None:
        self.count = 0  # rows that readers look at
        self.live = 0  # those of them that are not removed
        self._distances = kernels.distances
        self._hashes = np.empty((rows, HASH_BYTES), np.uint8)
        self._ids = np.empty(rows, np.uint64)
        self._removed = np.zeros(rows, bool)
        self._live: dict[int, dict[bytes, int]] = {}  # id, hash, row; for the writer

    @property
    def full(self) -> bool:
        """No row is left."""
        return self.count == len(self._ids)

    def append(self, hash: Bytes, id: int) -> None:
        """Add a pair that is not here; there must be a row left."""
        row = self.count
        self._hashes[row] = hash
        self._ids[row] = id
        self._live.setdefault(id, {})[hash.tobytes()] = row
        self.live += 1
        self.count = row + 1

    def has(self, hash: Bytes, id: int) -> bool:
        """Whether the pair is here and live; for the writer."""
        return hash.tobytes() in self._live.get(id, ())

    def remove(self, ids: Ids) -> int:
        """Remove all pairs with these ids; how many there were."""
        wanted = set(ids.tolist())
        here = (
            [id for id in wanted if id in self._live]
            if len(wanted) < self.live
            else self._live.keys() & wanted
        )
        rows = [row for id in here for row in self._live.pop(id).values()]
        self._removed[rows] = True
        self.live -= len(rows)
        return len(rows)

    def search(self, query: Bytes, radius: int) -> Found:
        """All live pairs within `radius` bits of `query`, by (distance, id)."""
        count = self.count
        if not count:
            return NOTHING
        distances = np.empty(count, np.uint16)
        self._distances(query, self._hashes[:count], distances)
        rows = np.flatnonzero(distances <= radius)
        if not len(rows):
            return NOTHING
        rows = rows[~self._removed[rows]]
        return in_order(self._ids[rows], distances[rows])

    def live_pairs(self) -> tuple[Bytes, Ids]:
        """Hash, as it was given, and id of every live pair."""
        live = ~self._removed[: self.count]
        return self._hashes[: self.count][live], self._ids[: self.count][live]
