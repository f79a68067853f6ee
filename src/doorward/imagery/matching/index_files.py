"""The index that stands beside a snapshot and is mapped with it."""

import errno
from pathlib import Path

from doorward.findings import Method
from doorward.imagery.matcher import HammingIndex, IndexFileError
from doorward.lists import ListSnapshot, SnapshotError
from doorward.lists.companions import beside

INDEXED_FROM = 4096
"""With fewer hashes than this, comparing with all of them takes microseconds, and an index file, which
has 4 MB beside its rows, is not worth its place."""


class PdqIndexFile:
    """A `HammingIndex` of the PDQ hashes of a snapshot, whose ids are row numbers. Satisfies `Companion`.

    The note in the file is the snapshot's checksum, so that no other snapshot is searched with it.
    """

    suffix = ".pdq-index"

    def __init__(self, indexed_from: int = INDEXED_FROM) -> None:
        self._indexed_from = indexed_from

    def wanted(self, snapshot: ListSnapshot) -> bool:
        """Whether it has as many hashes as make an index worth while."""
        return len(snapshot.hashes[Method.PDQ]) >= max(1, self._indexed_from)

    def write(self, snapshot: ListSnapshot, path: Path) -> None:
        """Build the index and write it; raises `OSError`, also where memory runs out."""
        try:
            index = HammingIndex.build(snapshot.hashes[Method.PDQ].hashes)
        except MemoryError as error:
            raise OSError(errno.ENOMEM, "its index needs more memory than there is") from error
        index.save(path, note=snapshot.checksum)

    def verify(self, snapshot: ListSnapshot, path: Path, *, thorough: bool) -> None:
        """Read all of it; raises `SnapshotError`."""
        index = self.open(snapshot)
        if thorough:
            try:
                index.verify()
                if not index.is_of(snapshot.hashes[Method.PDQ].hashes):
                    raise SnapshotError(f"its index file {path} has other hashes than its snapshot.")
            except IndexFileError as error:
                raise _unusable(error) from error

    def open(self, snapshot: ListSnapshot) -> HammingIndex:
        """The index, mapped and read against its checksum.

        Raises `SnapshotError` where it is missing, damaged or of another snapshot.
        """
        path = beside(snapshot.path, self)
        if not path.exists():
            raise SnapshotError(f"its index file {path} is missing.")
        try:
            index = HammingIndex.open(path)
            index.check_checksum()
        except IndexFileError as error:
            raise _unusable(error) from error
        if index.note != snapshot.checksum or len(index) != len(snapshot.hashes[Method.PDQ]):
            raise SnapshotError(f"its index file {path} belongs to another snapshot.")
        return index


def _unusable(error: IndexFileError) -> SnapshotError:
    return SnapshotError(f"its index file cannot be used: {error}")
