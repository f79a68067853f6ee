"""Searching a segment in NumPy: where no extension is built, and as oracle in tests."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher import numpy_kernels
from doorward.imagery.matcher.layout import CHUNKS
from doorward.imagery.matcher.pairs import Pairs
from doorward.imagery.matcher.probing import masks, thresholds
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
        if starts.shape != (CHUNKS, 65537) or nexts.shape != (CHUNKS, size) or rows.shape != (CHUNKS, size):
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

    def _places(self, hash: Bytes, id: int) -> NDArray[np.int64]:
        """Where the live pair stands among the pairs: one place or none."""
        wanted = self._permuted(hash[None])[0]
        positions = self._bucket(0, numpy_kernels.chunk(wanted[None], 0).astype(np.int64))
        rows = self._checked(self._rows[0, positions])
        rows = rows[(self._hashes[rows] == wanted).all(axis=1)]
        places, _ = self._pairs.of_rows(rows)
        same: NDArray[np.int64] = places[self._pairs.ids_at(places) == np.uint64(id)]
        return same

    def _candidates(self, wanted: Words, radius: int) -> Rows | None:
        """Rows that pass the neighbour filter; None where comparing with every hash is cheaper."""
        if radius > _INDEXED_RADIUS or len(self._hashes) <= _SCANNED_ROWS:
            return None
        values = [int(numpy_kernels.chunk(wanted[None], number)[0]) for number in range(CHUNKS)]
        limits = thresholds(radius)
        probed = [number for number in range(CHUNKS) if limits[number] >= 0]
        keys = {number: np.int64(values[number]) ^ masks(limits[number]) for number in probed}
        sizes = {number: self._bucket_sizes(number, keys[number]) for number in probed}
        if _WORTH * sum(int(size.sum()) for size in sizes.values()) > len(self._hashes):
            return None
        found = [
            self._filtered(number, keys[number], values[(number + 1) % CHUNKS], limits) for number in probed
        ]
        return np.unique(np.concatenate(found))

    def _filtered(
        self, number: int, keys: NDArray[np.int64], following: int, limits: tuple[int, ...]
    ) -> Rows:
        """Rows in these buckets of one chunk that with the next chunk together still differ little enough.

        With e_i = d_i - (t_i + 1), the sum of all e_i is negative for a hash within the radius; so from
        some chunk on, going round, all partial sums are (the cycle lemma: Dvoretzky and Motzkin, "A
        problem of arrangements", 1947). There e_i < 0, and e_i + e_(i+1) < 0 as well.
        """
        own = np.bitwise_count(keys.astype(np.uint16) ^ keys[0].astype(np.uint16))
        sizes = self._bucket_sizes(number, keys)
        positions = self._bucket(number, keys)
        apart = np.bitwise_count(self._nexts[number, positions] ^ np.uint16(following))
        together = np.repeat(own, sizes).astype(np.int64) + apart
        limit = limits[number] + limits[(number + 1) % CHUNKS] + 1
        return self._checked(self._rows[number, positions[together <= limit]])

    def _bucket_sizes(self, number: int, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        begin = self._starts[number, keys].astype(np.int64)
        size: NDArray[np.int64] = self._starts[number, keys + 1].astype(np.int64) - begin
        if (size < 0).any() or (begin + size > len(self._hashes)).any():
            raise ValueError(f"a bucket of chunk {number} does not lie within the table")
        return size

    def _bucket(self, number: int, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The positions of all rows in these buckets."""
        size = self._bucket_sizes(number, keys)
        before = np.cumsum(size) - size
        begin = self._starts[number, keys].astype(np.int64)
        positions: NDArray[np.int64] = np.repeat(begin - before, size) + np.arange(size.sum())
        return positions

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
