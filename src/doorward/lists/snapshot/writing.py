"""Writing a snapshot so that it is there whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from doorward.lists.columns import Columns, HashColumn
from doorward.lists.details import ListDetails
from doorward.lists.duplicates import unique_columns
from doorward.lists.entries import DIGESTS, Entry
from doorward.lists.snapshot.header import encode, preamble
from doorward.lists.snapshot.layout import CHECKSUM_AT, CHECKSUM_BYTES, PREAMBLE, Sizes, file_bytes, sections

_RUN_BYTES = 1 << 24
PARTIAL_SUFFIX = ".partial"


@dataclass(frozen=True, slots=True)
class SnapshotSummary:
    """What was written."""

    sha256: str  # the checksum in the file, see `layout`
    entries: int
    counts: dict[str, int]  # hashes by kind


def write_snapshot(path: Path, details: ListDetails, entries: Iterable[Entry]) -> SnapshotSummary:
    """Write `entries` to `path`; raises `DuplicateEntry` where an id occurs with different contents."""
    return write_columns(path, details, unique_columns(entries))


def write_columns(path: Path, details: ListDetails, columns: Columns) -> SnapshotSummary:
    """Write columns with unique ids to `path`. On return the file and its name are on the disk."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PARTIAL_SUFFIX}")
    summary = write_partial(partial, details, columns)
    take_name(partial, path)
    return summary


def write_partial(path: Path, details: ListDetails, columns: Columns) -> SnapshotSummary:
    """Write a file whose name does not matter yet; on return its contents are on the disk."""
    try:
        with path.open("xb") as file:
            checksum = _write(file, details, columns)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return SnapshotSummary(checksum, len(columns), columns.counts())


def take_name(partial: Path, path: Path) -> None:
    """Give a complete file its name; on return the name is on the disk."""
    os.replace(partial, path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Wait until the names in `directory` are on the disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(file: BinaryIO, details: ListDetails, columns: Columns) -> str:
    sizes = _sizes(columns)
    header = encode(details, sizes)
    placed = sections(sizes, len(header))
    length = file_bytes(placed)
    digest = hashlib.sha256(preamble(header, length, bytes(CHECKSUM_BYTES))[:CHECKSUM_AT])

    def put(data: bytes | memoryview) -> None:
        digest.update(data)
        file.write(data)

    file.write(bytes(PREAMBLE.size))
    put(header)
    for name, array in _arrays(columns):
        section = placed[name]
        put(bytes(section.offset - file.tell()))
        for part in _parts(array.astype(section.dtype, copy=False)):
            put(part)
    file.seek(0)
    file.write(preamble(header, length, digest.digest()))
    return digest.hexdigest()


def _sizes(columns: Columns) -> Sizes:
    return Sizes(
        entries=len(columns),
        id_bytes=len(columns.ids.blob),
        labels=len(columns.labels),
        label_bytes=len(columns.labels.blob),
        **columns.counts(),
    )


def _arrays(columns: Columns) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every array in the order of the layout; digests are sorted one kind at a time, to spare memory."""
    yield "id_offsets", columns.ids.offsets
    yield "id_text", columns.ids.blob
    yield "label_index", columns.label_index
    yield "label_offsets", columns.labels.offsets
    yield "label_text", columns.labels.blob
    for method, column in columns.hashes.items():
        ordered = _sorted(column) if method in DIGESTS else column
        yield method.value, ordered.hashes
        yield f"{method.value}_entry", ordered.entry
    yield "pdq_quality", columns.pdq_quality


def _sorted(column: HashColumn) -> HashColumn:
    width = column.hashes.shape[1]
    keys = np.ascontiguousarray(column.hashes).view(f"S{width}").ravel()
    order = np.argsort(keys, kind="stable")
    return HashColumn(column.hashes[order], column.entry[order])


def _parts(array: NDArray[Any]) -> Iterator[memoryview]:
    flat = np.ascontiguousarray(array).view(np.uint8).ravel().data
    for start in range(0, len(flat), _RUN_BYTES):
        yield flat[start : start + _RUN_BYTES]
