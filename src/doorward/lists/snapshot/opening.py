"""Opening and verifying a snapshot."""

import hashlib
import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method
from doorward.lists.columns import Columns, HashColumn
from doorward.lists.entries import WIDTH_BYTES, Entry
from doorward.lists.errors import SnapshotError
from doorward.lists.snapshot.header import Header, damaged, decode
from doorward.lists.snapshot.layout import CHECKSUM_AT, CHECKSUM_BYTES, MAX_HEADER_BYTES, PREAMBLE, Section
from doorward.lists.snapshot.structure import check_structure
from doorward.lists.texts import Texts

_RUN_BYTES = 1 << 24


class ListSnapshot:
    """A snapshot mapped into memory, read-only, shared by every process that maps it.

    Opening takes the same time for ten entries and ten million; it checks that the file is complete
    and every array lies within it. `verify` reads everything. Until it has been called, the contents
    may be damaged: entry numbers and texts are therefore checked again where they are used.

    `hashes` gives for each kind (m differs from kind to kind):
    `hashes`   uint8[m, 16 | 20 | 32 | 32], digests in ascending order as bytes, PDQ hashes most
               significant byte first, in the order of the source
    `entry`    uint32[m], the number of the entry that each hash belongs to

    Compared and hashed by identity, so that what is built for a snapshot can be kept beside it.
    """

    def __init__(self, path: Path, header: Header, memory: mmap.mmap) -> None:
        self.path = path
        self.details = header.details
        self.checksum = header.checksum.hex()
        self._memory = memory
        self.columns = _columns({name: _view(memory, place) for name, place in header.sections.items()})

    @property
    def hashes(self) -> Mapping[Method, HashColumn]:
        """All hashes of each kind, and which entry each belongs to."""
        return self.columns.hashes

    @property
    def pdq_quality(self) -> NDArray[np.int16]:
        """Beside the PDQ hashes: 0 … 100, or -1 where the source does not say."""
        return self.columns.pdq_quality

    @classmethod
    def open(cls, path: Path) -> "ListSnapshot":
        """Map the file at `path`; raises `SnapshotError` where it is missing or not a whole snapshot."""
        try:
            with path.open("rb") as file:
                length = os.fstat(file.fileno()).st_size
                header = decode(file.read(PREAMBLE.size + MAX_HEADER_BYTES), length, path)
                memory = mmap.mmap(file.fileno(), length, prot=mmap.PROT_READ)
        except (OSError, ValueError) as error:
            raise damaged(path, str(error)) from error
        return cls(path, header, memory)

    def verify(self) -> None:
        """Read the whole file against its checksum and its own rules; raises `SnapshotError`."""
        if self._checksum() != self.checksum:
            raise damaged(self.path, "its contents do not agree with its checksum")
        try:
            check_structure(self.columns)
        except SnapshotError as error:
            raise damaged(self.path, str(error)) from error

    def _checksum(self) -> str:
        digest = hashlib.sha256()
        with memoryview(self._memory) as view:
            digest.update(view[:CHECKSUM_AT])
            for start in range(CHECKSUM_AT + CHECKSUM_BYTES, len(view), _RUN_BYTES):
                digest.update(view[start : start + _RUN_BYTES])
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.columns)

    def entry_id(self, entry: int) -> str:
        """The source's id of entry number `entry`; raises `SnapshotError` where there is none."""
        return self.columns.ids.text(int(entry))

    def label(self, entry: int) -> str | None:
        """The label of entry number `entry`; raises `SnapshotError` where there is no such entry."""
        return self.columns.label(int(entry))

    def entries(self) -> Iterator[Entry]:
        """Every entry, in the order of the source."""
        return self.columns.entries()


def _columns(arrays: dict[str, NDArray[Any]]) -> Columns:
    return Columns(
        ids=Texts(arrays["id_text"], arrays["id_offsets"]),
        labels=Texts(arrays["label_text"], arrays["label_offsets"]),
        label_index=arrays["label_index"],
        hashes={
            method: HashColumn(arrays[method.value], arrays[f"{method.value}_entry"])
            for method in WIDTH_BYTES
        },
        pdq_quality=arrays["pdq_quality"],
    )


def _view(memory: mmap.mmap, place: Section) -> NDArray[Any]:
    whole = np.frombuffer(memory, np.uint8)
    part = whole[place.offset : place.offset + place.length]
    return cast("NDArray[Any]", part.view(place.dtype).reshape(place.shape))
