"""The entries of a list, column by column.

One form serves both what was just read from a file and what is mapped from a snapshot, so that the two
can be compared, merged and written by the same code. A column is sparse: a list that has only MD5
digests pays for nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method
from doorward.lists.entries import WIDTH_BYTES, Entry
from doorward.lists.errors import SnapshotError
from doorward.lists.texts import Texts

QUALITY_UNKNOWN = -1
NO_LABEL = 0xFFFF_FFFF
_RUN = 4096  # entries turned into Python objects at a time


@dataclass(frozen=True, slots=True)
class HashColumn:
    """All hashes of one kind: `hashes` is `uint8[m, width]`, `entry` is `uint32[m]`, whose hash each is."""

    hashes: NDArray[np.uint8]
    entry: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.entry)

    def rows(self, entries: int) -> NDArray[np.int64]:
        """For each of `entries` entries the row of its hash, or -1."""
        if len(self.entry) and int(self.entry.max()) >= entries:
            raise SnapshotError("a hash belongs to an entry that is not there. Import the list again.")
        rows = np.full(entries, -1, np.int64)
        rows[self.entry] = np.arange(len(self.entry))
        return rows


@dataclass(frozen=True, slots=True)
class Columns:
    """An immutable set of entries."""

    ids: Texts
    labels: Texts  # each once, as far as is cheap
    label_index: NDArray[np.uint32]  # [n], into `labels`, or NO_LABEL
    hashes: Mapping[Method, HashColumn]
    pdq_quality: NDArray[np.int16]  # beside hashes[Method.PDQ]; QUALITY_UNKNOWN where not stated

    def __len__(self) -> int:
        return len(self.ids)

    def counts(self) -> dict[str, int]:
        """How many hashes of each kind there are."""
        return {method.value: len(self.hashes[method]) for method in WIDTH_BYTES}

    def label(self, index: int) -> str | None:
        """The label of entry `index`; raises `SnapshotError` where there is no such entry."""
        if not 0 <= index < len(self.label_index):
            raise SnapshotError(f"there is no entry {index} among {len(self)}. Import the list again.")
        number = int(self.label_index[index])
        return None if number == NO_LABEL else self.labels.text(number)

    def entries(self) -> Iterator[Entry]:
        """Every entry, in the order of the source."""
        rows = {method: self.hashes[method].rows(len(self)) for method in WIDTH_BYTES}
        for index, id_ in enumerate(self.ids):
            if index % _RUN == 0:
                part = slice(index, index + _RUN)
                given = [self._hashes(method, rows[method][part]) for method in WIDTH_BYTES]
                quality = self._quality(rows[Method.PDQ][part])
            at = index % _RUN
            md5, sha1, sha256, pdq = (column[at] for column in given)
            yield Entry(id_, md5, sha1, sha256, pdq, quality[at], self.label(index))

    def _hashes(self, method: Method, rows: NDArray[np.int64]) -> list[bytes | None]:
        hashes, width = self.hashes[method].hashes, WIDTH_BYTES[method]
        if not len(hashes):
            return [None] * len(rows)
        block = hashes[rows].tobytes()  # row -1 gives some hash, which is then not used
        return [
            block[at * width : (at + 1) * width] if row >= 0 else None for at, row in enumerate(rows.tolist())
        ]

    def _quality(self, rows: NDArray[np.int64]) -> list[int | None]:
        if not len(self.pdq_quality):
            return [None] * len(rows)
        values: list[int] = np.where(rows >= 0, self.pdq_quality[rows], QUALITY_UNKNOWN).tolist()
        return [None if value == QUALITY_UNKNOWN else value for value in values]
