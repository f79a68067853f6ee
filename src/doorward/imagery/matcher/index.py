"""Exact range search over 256-bit hashes: complete answers for any radius, while the index changes."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from doorward.imagery.matcher.arguments import as_hash, as_hashes, as_ids, as_radius, check_lengths
from doorward.imagery.matcher.container import AnyPath, IndexFile, Mode, open_index_file, write_index_file
from doorward.imagery.matcher.errors import CorruptIndex
from doorward.imagery.matcher.kernels import best_kernels
from doorward.imagery.matcher.layout import HAMMING
from doorward.imagery.matcher.levels import Levels
from doorward.imagery.matcher.segment import Segment, make_segment, make_tables
from doorward.imagery.matcher.sources import GivenPairs, StoredPairs
from doorward.imagery.matcher.statistics import statistics
from doorward.imagery.matcher.store import Store
from doorward.imagery.matcher.structure import check_structure
from doorward.imagery.matcher.tables import POINTS_OUTSIDE, Bytes, Distances, Found, FoundBatch, Ids, Kernels


@dataclass(frozen=True, slots=True)
class Capped:
    """An answer with an end: the nearest pairs, and whether there were more."""

    ids: Ids
    distances: Distances
    capped: bool


class HammingIndex:
    """A set of pairs of a 256-bit hash and a 64-bit id, searched by Hamming distance.

    Every answer is exact and complete. A hash may have many ids and an id many hashes. All methods may
    be called from many threads at once: queries never wait, changes come one after the other, and what
    was changed is seen by every query that begins afterwards.

    Whatever reads the tables raises `CorruptIndex` where a file that was not verified turns out to be
    damaged.
    """

    def __init__(self, *, kernels: Kernels | None = None, levels: Levels = Levels()) -> None:
        """An index with nothing in it. `kernels` forces an implementation; the best is the default."""
        self._store = Store(kernels or best_kernels(), levels)
        self._file: IndexFile | None = None

    @classmethod
    def build(
        cls,
        hashes: Bytes,
        ids: Ids | Iterable[int] | None = None,
        *,
        kernels: Kernels | None = None,
        levels: Levels = Levels(),
    ) -> Self:
        """An index of `hashes`, `uint8[n, 32]`, with `ids`, `uint64[n]`, or else 0 … n - 1."""
        index = cls(kernels=kernels, levels=levels)
        hashes = as_hashes(hashes)
        numbers = np.arange(len(hashes), dtype=np.uint64) if ids is None else as_ids(ids)
        check_lengths(hashes, numbers)
        if len(hashes):
            chosen = index._store.kernels
            segment = make_segment(GivenPairs(hashes, numbers, chosen), chosen)
            index._store = Store(chosen, levels, (segment,))
        return index

    @classmethod
    def open(
        cls,
        path: AnyPath,
        mode: Mode = "mmap",
        *,
        verify: bool = False,
        kernels: Kernels | None = None,
        levels: Levels = Levels(),
    ) -> Self:
        """The index in the file at `path`; raises `IndexFileError` where it is missing or not whole.

        `mmap` starts at once and shares the memory with every process that maps the file; `ram` reads it
        all, and then answers faster. `verify`: see there; without it, opening takes milliseconds.
        """
        index = cls(kernels=kernels, levels=levels)
        index._file = file = open_index_file(path, HAMMING, mode)
        with index._corruption():
            tables = make_tables(file.arrays, index._store.kernels)
        index._store = Store(index._store.kernels, levels, (Segment(file.arrays, tables, file),))
        if verify:
            index.verify()
        return index

    def save(self, path: AnyPath, note: str = "") -> str:
        """Compact, and write what there is at that moment; returns the checksum of the file.

        The file is there whole or not at all: an `OSError` leaves the former one. `note` goes into its
        header, for whoever opens it.
        """
        with self._corruption():
            segments = self._store.compact().segments
        segment = segments[0] if segments else make_segment(StoredPairs(()), self._store.kernels)
        sizes = {"hashes": len(segment.arrays["ids"]), "more": len(segment.arrays["more_ids"])}
        return write_index_file(path, HAMMING, sizes, segment.arrays, note)

    @property
    def note(self) -> str:
        """The note in the header of the file that was opened; empty where there is none."""
        return self._file.note if self._file is not None else ""

    def check_checksum(self) -> None:
        """Read the file that was opened against its checksum; raises `IndexFileError`.

        Enough where only `save` can have written it. Takes a small part of the time of `verify`.
        """
        for segment in self._store.state.segments:
            if segment.file is not None:
                segment.file.check_checksum()

    def verify(self) -> None:
        """Read everything: the file against its checksum, the tables against their rules.

        Raises `IndexFileError` or `CorruptIndex`. What passes answers as an index that was built here of
        the same pairs would.
        """
        self.check_checksum()
        for segment in self._store.state.segments:
            try:
                check_structure(segment.arrays, self._store.kernels, secrets.randbits(64))
            except CorruptIndex as error:
                raise self._corrupt(error) from error

    def is_of(self, hashes: Bytes) -> bool:
        """Whether it has each of `hashes`, `uint8[n, 32]`, under the number of its row, and nothing else.

        Reads all pairs, and holds them in memory meanwhile. Raises `CorruptIndex`.
        """
        with self._corruption():
            segments = self._store.compact().segments
            mine = StoredPairs(tuple(part for segment in segments for part in segment.live_pairs()))
        ids = mine.ids
        order = np.argsort(ids, kind="stable")
        if not np.array_equal(ids[order], np.arange(len(hashes))):
            return False
        stored, given = (np.empty((len(ids), 4), np.uint64) for _ in range(2))
        mine.write(stored, order)
        GivenPairs(as_hashes(hashes), ids, self._store.kernels).write(given, None)
        return np.array_equal(stored, given)

    def query(self, hash: bytes | Bytes, radius: int = 31) -> Found:
        """Ids and distances of all pairs within `radius` bits, 0 … 256, by (distance, id)."""
        wanted, bits = as_hash(hash), as_radius(radius)
        try:
            return self._store.state.search(wanted, bits)
        except POINTS_OUTSIDE as error:
            raise self._corrupt(error) from error

    def query_batch(self, hashes: Bytes, radius: int = 31) -> FoundBatch:
        """The same for many: (offsets, ids, distances), answer i in [offsets[i], offsets[i + 1])."""
        wanted, bits = as_hashes(hashes), as_radius(radius)
        try:
            return self._store.state.search_batch(wanted, bits)
        except POINTS_OUTSIDE as error:
            raise self._corrupt(error) from error

    def query_capped(self, hash: bytes | Bytes, radius: int, limit: int) -> Capped:
        """The nearest `limit` pairs within `radius` bits, and whether there were more."""
        if limit < 0:
            raise ValueError(f"a limit is a number from 0; {limit} was given")
        ids, distances = self.query(hash, radius)
        return Capped(ids[:limit], distances[:limit], len(ids) > limit)

    def add(self, hashes: Bytes, ids: Ids | Iterable[int]) -> int:
        """Add pairs; how many were not there before. Waits while merging is far behind.

        Raises `MergingFailed` where there is no room to merge, `IndexClosed` after `close`.
        """
        hashes, numbers = as_hashes(hashes), as_ids(ids)
        check_lengths(hashes, numbers)
        with self._corruption():
            return self._store.add(hashes, numbers)

    def remove(self, ids: Ids | Iterable[int]) -> int:
        """Remove all pairs with these ids; how many there were. Raises `IndexClosed` after `close`."""
        numbers = as_ids(ids)
        with self._corruption():
            return self._store.remove(numbers)

    def compact(self) -> None:
        """Merge everything into one segment; until then queries look into several."""
        with self._corruption():
            self._store.compact()

    def close(self) -> None:
        """Take no more changes and end the thread that merges; queries go on."""
        self._store.close()

    def stats(self) -> dict[str, Any]:
        """Segments and their tables, pairs, what waits to be merged, bytes, merges so far."""
        return statistics(self._store)

    def __len__(self) -> int:
        return self._store.state.live

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _corruption(self) -> Iterator[None]:
        try:
            yield
        except POINTS_OUTSIDE as error:
            raise self._corrupt(error) from error

    def _corrupt(self, error: Exception) -> CorruptIndex:
        where = self._file.path if self._file is not None else "the index in memory"
        return CorruptIndex(f"{where} is corrupt: {error}. Build the index again.")
