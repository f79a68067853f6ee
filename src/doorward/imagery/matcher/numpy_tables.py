"""Searching a segment in NumPy: where no extension is built, and as oracle in tests."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher import numpy_kernels
from doorward.imagery.matcher.layout import CHUNK_VALUES, CHUNKS
from doorward.imagery.matcher.pairs import Pairs, Places
from doorward.imagery.matcher.probing import probes
from doorward.imagery.matcher.results import in_order, joined
from doorward.imagery.matcher.tables import Bytes, Distances, Found, FoundBatch, Ids, Rows, Words

_INDEXED_RADIUS: Final = 63  # beyond it every chunk would have thousands of buckets to look into
_SCANNED_ROWS: Final = 8_192  # fewer are compared sooner than their buckets are found
_WORTH: Final = 16  # a candidate costs about as much as comparing with this many hashes in a row
_PIECE_ROWS: Final = 8_192


class NumpyTables:
    """`Tables` in NumPy. The algorithm is that of decision 0012 without a planner: index or scan."""

    def __init__(
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
    ) -> None:
        size = len(hashes)
        if (
            starts.shape != (CHUNKS, CHUNK_VALUES + 1)
            or nexts.shape != (CHUNKS, size)
            or rows.shape != (CHUNKS, size)
        ):
            raise ValueError("the tables do not have the shape that the hashes demand")
        self._permutation = permutation
        self._hashes = hashes
        self._starts, self._nexts, self._rows = starts, nexts, rows
        self._pairs = Pairs(size, ids, more_rows, more_ids, more_by_id)
        self._counts = {"indexed": 0, "scanned": 0}

    def search(self, query: Bytes, radius: int) -> Found:
        """See `Tables.search`."""
        wanted = self._permuted(query[None])[0]
        rows = self._candidates(wanted, radius)
        self._counts["scanned" if rows is None else "indexed"] += 1
        if rows is None:
            return self._within(wanted, radius)
        return self._verified(wanted, radius, rows)

    def search_batch(self, queries: Bytes, radius: int) -> FoundBatch:
        """See `Tables.search_batch`."""
        return joined([self.search(query, radius) for query in queries])

    def scan(self, query: Bytes, radius: int) -> Found:
        """See `Tables.scan`."""
        return self._within(self._permuted(query[None])[0], radius)

    def has(self, hash: Bytes, id: int) -> bool:
        """See `Tables.has`."""
        return len(self._places(hash, id)) > 0

    def remove(self, ids: Ids) -> int:
        """See `Tables.remove`."""
        return self._pairs.remove_at(self._pairs.with_ids(ids))

    def remove_pairs(self, hashes: Bytes, ids: Ids) -> int:
        """See `Tables.remove_pairs`."""
        return sum(
            self._pairs.remove_at(self._places(hash, int(id))) for hash, id in zip(hashes, ids, strict=True)
        )

    def live(self) -> Bytes:
        """See `Tables.live`."""
        return self._pairs.live()

    def stats(self) -> dict[str, float | int | str]:
        """See `Tables.stats`."""
        return {"instructions": "numpy", **self._counts}

    def _permuted(self, hashes: Bytes) -> Words:
        out = np.empty((len(hashes), 4), np.uint64)
        numpy_kernels.permute(self._permutation, hashes, out)
        return out

    def _places(self, hash: Bytes, id: int) -> Places:
        """Where the live pair stands among the pairs: one place or none."""
        wanted = self._permuted(hash[None])[0]
        chunk = np.zeros(1, np.int64)
        positions, _ = self._positions(chunk, *self._buckets(chunk, wanted.view(np.uint16)[:1]))
        rows = self._checked(self._rows.reshape(-1)[positions])
        rows = rows[(self._hashes[rows] == wanted).all(axis=1)]
        places, _ = self._pairs.of_rows(rows)
        same: Places = places[self._pairs.ids_at(places) == np.uint64(id)]
        return same

    def _candidates(self, wanted: Words, radius: int) -> Rows | None:
        """Rows that pass the neighbour filter; None where comparing with every hash is cheaper."""
        if radius > _INDEXED_RADIUS or len(self._hashes) <= _SCANNED_ROWS:
            return None
        chunks, values = probes(radius).chunks, wanted.view(np.uint16)
        begin, size = self._buckets(chunks, values[chunks] ^ probes(radius).masks)
        if _WORTH * int(size.sum()) > len(self._hashes):
            return None
        positions, probe = self._positions(chunks, begin, size)
        apart = np.bitwise_count(self._nexts.reshape(-1)[positions] ^ np.roll(values, -1)[chunks][probe])
        kept = positions[apart <= probes(radius).further_bits[probe]]
        return np.unique(self._checked(self._rows.reshape(-1)[kept]))

    def _buckets(self, chunks: Places, keys: NDArray[np.uint16]) -> tuple[Places, Places]:
        """Where each of these buckets begins, and how many rows it has."""
        at = chunks * (CHUNK_VALUES + 1) + keys
        starts = self._starts.reshape(-1)
        begin, end = starts[at].astype(np.int64), starts[at + 1].astype(np.int64)
        if (end < begin).any() or (end > len(self._hashes)).any():
            raise ValueError("a bucket does not lie within its table")
        return begin, end - begin

    def _positions(self, chunks: Places, begin: Places, size: Places) -> tuple[Places, Places]:
        """The positions of all rows in these buckets, in the flat tables; and the number of its bucket."""
        bucket = np.repeat(np.arange(len(size)), size)
        first = chunks * len(self._hashes) + begin - (np.cumsum(size) - size)
        return first[bucket] + np.arange(len(bucket)), bucket

    def _checked(self, rows: Rows) -> Rows:
        if rows.size and int(rows.max()) >= len(self._hashes):
            raise ValueError(f"row {int(rows.max())} of {len(self._hashes)} is named")
        return rows

    def _within(self, wanted: Words, radius: int) -> Found:
        found = [
            start + np.flatnonzero(self._distances(wanted, slice(start, start + _PIECE_ROWS)) <= radius)
            for start in range(0, len(self._hashes), _PIECE_ROWS)
        ]
        return self._verified(wanted, radius, np.concatenate(found).astype(np.uint32) if found else None)

    def _verified(self, wanted: Words, radius: int, rows: Rows | None) -> Found:
        if rows is None:
            rows = np.empty(0, np.uint32)
        distances = self._distances(wanted, rows)
        near = distances <= radius
        places, which = self._pairs.of_rows(rows[near])
        return in_order(self._pairs.ids_at(places), distances[near][which])

    def _distances(self, wanted: Words, rows: Rows | slice) -> Distances:
        differing: Distances = np.bitwise_count(self._hashes[rows] ^ wanted).sum(axis=1, dtype=np.uint16)
        return differing
