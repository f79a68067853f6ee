"""Entries into columns, one by one, keeping no Python object of any."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from doorward.findings import Method
from doorward.lists.columns import NO_LABEL, QUALITY_UNKNOWN, Columns, HashColumn
from doorward.lists.entries import WIDTH_BYTES, Entry
from doorward.lists.errors import ListError
from doorward.lists.texts import TextsBuilder

MAX_ENTRIES = 0xFFFF_FFFE  # entry numbers are 32 bits
_LABELS_REMEMBERED = 65_536  # bounds the memory for telling labels apart


@dataclass(frozen=True, slots=True)
class HashRun:
    """Hashes of one kind of a run of entries."""

    values: bytes  # one after another
    rows: Sequence[int]  # which entry of the run each belongs to, ascending


@dataclass(frozen=True, slots=True)
class EntryRun:
    """Some entries, column by column: right in every respect, with empty labels for none."""

    ids: Sequence[str]
    labels: Sequence[str]
    hashes: Mapping[Method, HashRun]
    pdq_quality: Sequence[int]  # beside hashes[Method.PDQ]; QUALITY_UNKNOWN where not stated


class _HashColumnBuilder:
    def __init__(self, width: int) -> None:
        self._width = width
        self._hashes = bytearray()
        self._entry = array("I")

    def append(self, value: bytes, entry: int) -> None:
        self._hashes += value
        self._entry.append(entry)

    def extend(self, run: HashRun, base: int) -> None:
        self._hashes += run.values
        self._entry.frombytes((np.asarray(run.rows, np.uint32) + np.uint32(base)).tobytes())

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
        self._label_numbers = {"": NO_LABEL}
        self._label_index = array("I")
        self._hashes = {method: _HashColumnBuilder(width) for method, width in WIDTH_BYTES.items()}
        self._pdq_quality = array("h")

    def __len__(self) -> int:
        return len(self._ids)

    def append(self, entry: Entry) -> None:
        """Add one entry, whose hashes have the widths they should."""
        number = self._room_for(1)
        self._ids.append(entry.id)
        self._label_index.append(self._label_number(entry.label or ""))
        for method, builder in self._hashes.items():
            value = entry.hash_of(method)
            if value is not None:
                builder.append(value, number)
        if entry.pdq is not None:
            self._pdq_quality.append(QUALITY_UNKNOWN if entry.pdq_quality is None else entry.pdq_quality)

    def extend(self, run: EntryRun) -> None:
        """Add a run of entries; several times quicker than one by one."""
        base = self._room_for(len(run.ids))
        self._ids.extend(run.ids)
        self._label_index.extend(map(self._label_number, run.labels))
        for method, builder in self._hashes.items():
            builder.extend(run.hashes[method], base)
        self._pdq_quality.extend(run.pdq_quality)

    def finish(self) -> Columns:
        """The columns. Nothing may be appended afterwards; ids may still occur twice."""
        return Columns(
            ids=self._ids.finish(),
            labels=self._labels.finish(),
            label_index=np.frombuffer(self._label_index, np.uint32),
            hashes={method: builder.finish() for method, builder in self._hashes.items()},
            pdq_quality=np.frombuffer(self._pdq_quality, np.int16),
        )

    def _room_for(self, more: int) -> int:
        number = len(self._ids)
        if number + more > MAX_ENTRIES:
            raise ListError(f"a list can have {MAX_ENTRIES} entries. Divide it into several lists.")
        return number

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
