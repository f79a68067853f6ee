"""Which ids belong to which hash of a segment, and which pairs were removed: in NumPy."""

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.tables import Bytes, Ids, Rows

Places = NDArray[np.int64]


class Pairs:
    """The pairs of a segment by their places: 0 … u - 1 are the hashes' first ids, the rest the further.

    Marks are only ever set, one byte each, so that readers need no lock.
    """

    def __init__(self, hashes: int, ids: Ids, more_rows: Rows, more_ids: Ids, more_by_id: Rows) -> None:
        if len(ids) != hashes or not len(more_rows) == len(more_ids) == len(more_by_id):
            raise ValueError("the ids do not have the shape that the hashes demand")
        self._ids, self._more_rows, self._more_ids, self._more_by_id = ids, more_rows, more_ids, more_by_id
        self._removed = np.zeros(hashes + len(more_ids), bool)

    def of_rows(self, rows: Rows) -> tuple[Places, Places]:
        """The live pairs of these rows, and for each of them which of `rows` it belongs to."""
        begin = np.searchsorted(self._more_rows, rows, "left")
        size = np.searchsorted(self._more_rows, rows, "right") - begin
        if (size < 0).any():
            raise ValueError("the further ids are not in order")
        before = np.cumsum(size) - size
        further = len(self._ids) + np.repeat(begin - before, size) + np.arange(size.sum())
        places = np.concatenate([rows.astype(np.int64), further])
        which = np.concatenate([np.arange(len(rows)), np.repeat(np.arange(len(rows)), size)])
        live = ~self._removed[places]
        return places[live], which[live]

    def with_ids(self, ids: Ids) -> Places:
        """The places of all pairs with one of these ids, removed or not."""
        wanted = np.unique(ids)
        first = _runs(np.searchsorted(self._ids, wanted, "left"), np.searchsorted(self._ids, wanted, "right"))
        order = self._more_by_id
        further = _runs(
            np.searchsorted(self._more_ids, wanted, "left", sorter=order),  # checks `order` itself
            np.searchsorted(self._more_ids, wanted, "right", sorter=order),
        )
        places = np.concatenate([first, len(self._ids) + order[further].astype(np.int64)])
        if places.size and int(places.max()) >= len(self._removed):
            raise ValueError("the order of the further ids names one that is not there")
        return places[np.isin(self.ids_at(places), wanted)]

    def ids_at(self, places: Places) -> Ids:
        """The id of each of these pairs."""
        out = np.empty(len(places), np.uint64)
        first = places < len(self._ids)
        out[first] = self._ids[places[first]]
        out[~first] = self._more_ids[places[~first] - len(self._ids)]
        return out

    def remove_at(self, places: Places) -> int:
        """Mark these as removed; how many were not."""
        fresh = np.unique(places[~self._removed[places]])
        self._removed[fresh] = True
        return len(fresh)

    def live(self) -> Bytes:
        """`uint8[u + k]`, 1 where the pair is live."""
        return (~self._removed).view(np.uint8)


def _runs(begin: NDArray[np.intp], end: NDArray[np.intp]) -> Places:
    """All positions in [begin[i], end[i]), for every i; a run that ends before it begins is empty."""
    size = np.maximum(end - begin, 0)
    before = np.cumsum(size) - size
    return np.repeat(begin - before, size) + np.arange(size.sum())
