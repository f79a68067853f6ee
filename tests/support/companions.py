"""A companion of snapshots that is easy to look at."""

from pathlib import Path

from doorward.lists import ListSnapshot, SnapshotError
from doorward.lists.companions import Companion
from doorward.lists.snapshot.writing import PARTIAL_SUFFIX, take_name


class Copy:
    """Has the checksum of its snapshot in it and nothing else."""

    suffix = ".copied-index"

    def wanted(self, snapshot: ListSnapshot) -> bool:
        return True

    def write(self, snapshot: ListSnapshot, path: Path) -> None:
        partial = path.with_name(f"{path.name}.0{PARTIAL_SUFFIX}")
        self.fill(partial, snapshot.checksum)
        take_name(partial, path)

    def fill(self, path: Path, text: str) -> None:
        """Write the whole contents; a test may have a process die here."""
        path.write_text(text)

    def verify(self, snapshot: ListSnapshot, path: Path, *, thorough: bool) -> None:
        if not path.exists():
            raise SnapshotError(f"{path.name} is missing")
        if path.read_text() != snapshot.checksum:
            raise SnapshotError(f"{path.name} is not the copy of its snapshot")


COPIES: tuple[Companion, ...] = (Copy(),)
