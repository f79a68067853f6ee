"""Entries into columns, one by one, keeping no Python object of any."""

from array import array
from collections.abc import Iterable

import numpy as np

from doorward.findings import Method
from doorward.lists.columns import NO_LABEL, QUALITY_UNKNOWN, Columns, HashColumn
from doorward.lists.entries import WIDTH_BYTES, Entry
from doorward.lists.errors import ListError
from doorward.lists.texts import TextsBuilder

MAX_ENTRIES = 0xFFFF_FFFE  # entry numbers are 32 bits
_LABELS_REMEMBERED = 65_536  # bounds the memory for telling labels apart


class _HashColumnBuilder:
    def __init__(self, width: int) -> None:
        self._width = width
        self._hashes = bytearray()
        self._entry = array("I")

    def append(self, value: bytes, entry: int) -> None:
        self._hashes += value
        self._entry.append(entry)

    def finish(self) -> HashColumn:
        return HashColumn(
            hashes=np.frombuffer(self._hashes, np.uint8).reshape(-1, self._width),
            entry=np.frombuffer(self._entry, np.uint32),
        )


class ColumnsBuilder:
    """Grows columns in memory: about 20 bytes an entry, its id, and its hashes."""

    def __init__(self) -> None:
        self._ids = TextsBuilder()
        self._labels = TextsBuilder()
        self._label_numbers: dict[str, int] = {}
        self._label_index = array("I")
        self._hashes = {method: _HashColumnBuilder(width) for method, width in WIDTH_BYTES.items()}
        self._pdq_quality = array("h")

    def __len__(self) -> int:
        return len(self._ids)

    def append(self, entry: Entry) -> None:
        """Add one entry, whose hashes have the widths they should."""
        number = len(self._label_index)
        if number >= MAX_ENTRIES:
            raise ListError(f"a list can have {MAX_ENTRIES} entries. Divide it into several lists.")
        id_, md5, sha1, sha256, pdq, quality, label = entry
        self._ids.append(id_)
        self._label_index.append(NO_LABEL if label is None else self._label_number(label))
        if md5 is not None:
            self._hashes[Method.MD5].append(md5, number)
        if sha1 is not None:
            self._hashes[Method.SHA1].append(sha1, number)
        if sha256 is not None:
            self._hashes[Method.SHA256].append(sha256, number)
        if pdq is not None:
            self._hashes[Method.PDQ].append(pdq, number)
            self._pdq_quality.append(QUALITY_UNKNOWN if quality is None else quality)

    def finish(self) -> Columns:
        """The columns. Nothing may be appended afterwards; ids may still occur twice."""
        return Columns(
            ids=self._ids.finish(),
            labels=self._labels.finish(),
            label_index=np.frombuffer(self._label_index, np.uint32),
            hashes={method: builder.finish() for method, builder in self._hashes.items()},
            pdq_quality=np.frombuffer(self._pdq_quality, np.int16),
        )

    def _label_number(self, label: str) -> int:
        known = self._label_numbers.get(label)
        if known is not None:
            return known
        number = len(self._labels)
        self._labels.append(label)
        if number < _LABELS_REMEMBERED:
            self._label_numbers[label] = number
        return number


def columns_of(entries: Iterable[Entry]) -> Columns:
    """Columns of `entries`, just as they come."""
    builder = ColumnsBuilder()
    for entry in entries:
        builder.append(entry)
    return builder.finish()
