"""Files that stand beside a version's snapshot: what other rooms make of its hashes, such as indexes.

This room does not know what is in them. It has them made before a version comes into force, verified
with it, and deleted with it. Nothing depends on them but speed and memory: whoever misses one can make
it anew from the snapshot.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from doorward.lists.errors import SnapshotError
from doorward.lists.snapshot import ListSnapshot

# How a companion is called, so that it is known for one by those who do not know its kind.
_NAME = re.compile(r"\d+-[0-9a-f]{12}\.[a-z0-9]+-index")


class Companion(Protocol):
    """One kind of file beside snapshots."""

    @property
    def suffix(self) -> str:
        """What its files are called after the version: `.pdq-index`. Ends with `-index`."""
        ...

    def wanted(self, snapshot: ListSnapshot) -> bool:
        """Whether this snapshot is to have such a file."""
        ...

    def write(self, snapshot: ListSnapshot, path: Path) -> None:
        """Make the file. On return it and its name are on the disk; raises `OSError` and leaves nothing.

        What it writes meanwhile has a name that ends with `.partial`.
        """
        ...

    def verify(self, snapshot: ListSnapshot, path: Path, *, thorough: bool) -> None:
        """Read the whole file and see that it belongs to this snapshot; raises `SnapshotError`.

        `thorough`: look as well for what only somebody else could have written, however long it takes.
        """
        ...


def beside(snapshot: Path, companion: Companion) -> Path:
    """Where the companion of a snapshot stands."""
    return snapshot.with_suffix(companion.suffix)


def is_companion(path: Path) -> bool:
    """Whether a file has the name of a companion, of any kind."""
    return _NAME.fullmatch(path.name) is not None


def write_all(companions: Iterable[Companion], snapshot: ListSnapshot) -> None:
    """Make every companion that the snapshot is to have, and read it again; raises `OSError`, `SnapshotError`."""
    for companion in companions:
        if companion.wanted(snapshot):
            companion.write(snapshot, beside(snapshot.path, companion))
            companion.verify(snapshot, beside(snapshot.path, companion), thorough=False)


def problems(
    companions: Iterable[Companion], snapshot: ListSnapshot, *, thorough: bool
) -> Iterator[tuple[Companion, SnapshotError]]:
    """Those that are missing or cannot be used, and why."""
    for companion in companions:
        if companion.wanted(snapshot):
            try:
                companion.verify(snapshot, beside(snapshot.path, companion), thorough=thorough)
            except SnapshotError as error:
                yield companion, error
