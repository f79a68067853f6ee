"""Where published lists stand: rows in the database, one folder of snapshot files for each list.

    DIRECTORY/.locks/NAME.lock             held by whoever changes the list
    DIRECTORY/NAME/SEQUENCE-SHA.snapshot   one file for each version that is kept
    DIRECTORY/NAME/SEQUENCE-SHA.…-index    its companions

The database says which snapshot is in force. One that it does not name is what a crash left behind; it
and its companions are deleted when the list is next changed.
"""

import contextlib
import fcntl
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from doorward import ledger
from doorward.clock import Clock
from doorward.lists import records
from doorward.lists.columns import Columns
from doorward.lists.companions import Companion, beside, is_companion, problems, write_all
from doorward.lists.comparison import Difference
from doorward.lists.details import ListDetails
from doorward.lists.errors import ListError, NoSuchList, PublicationConflict
from doorward.lists.live import open_version
from doorward.lists.records import Version
from doorward.lists.snapshot import ListSnapshot
from doorward.lists.snapshot.writing import PARTIAL_SUFFIX, sync_directory, take_name, write_partial
from doorward.storage import Database, DatabaseUnavailable

SNAPSHOT_SUFFIX = ".snapshot"
KEEP_VERSIONS = 3


@dataclass(frozen=True, slots=True)
class Shelf:
    """Changes to published lists. Whoever calls `put` or `take_off` holds `locked`."""

    database: Database
    directory: Path
    clock: Clock
    keep_versions: int = KEEP_VERSIONS  # superseded files that stay, for each list
    companions: tuple[Companion, ...] = ()  # that every published version gets

    @contextlib.contextmanager
    def locked(self, name: str, *, wait: bool = True) -> Iterator[None]:
        """Hold the list against every other process that wants to change it.

        Waits for its turn, or without `wait` raises `BlockingIOError`. The system lets go of the lock
        when its holder dies, however that comes about.
        """
        with self._lock_file(name) as file:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def present(self, name: str) -> Version | None:
        """The version in force, if there is such a list."""
        return self.database.read(lambda connection: records.current_version(connection, name))

    def required(self, name: str) -> Version:
        """The version in force; raises `NoSuchList`."""
        version = self.present(name)
        if version is None:
            raise NoSuchList(f"there is no list {name!r}. See which there are with `doorward lists show`.")
        return version

    def contents(self, version: Version) -> Columns:
        """All entries of a version, verified; raises `SnapshotError`."""
        snapshot = open_version(self.directory, version)
        snapshot.verify()
        return snapshot.columns

    def companion_problems(self, version: Version) -> tuple[str, ...]:
        """What is wrong with the files beside a version's snapshot; raises `SnapshotError` for that itself.

        They are read thoroughly: that may take minutes.
        """
        snapshot = open_version(self.directory, version)
        return tuple(str(error) for _, error in problems(self.companions, snapshot, thorough=True))

    def mend_companions(self, version: Version, *, thorough: bool) -> tuple[str, ...]:
        """Make companions anew that are missing or cannot be used; returns what was wrong with them.

        Whoever calls it holds `locked`. Raises `SnapshotError` where the snapshot cannot be read.
        """
        snapshot = open_version(self.directory, version)
        mended = []
        for companion, error in problems(self.companions, snapshot, thorough=thorough):
            try:
                companion.write(snapshot, beside(snapshot.path, companion))
            except OSError as failure:
                raise _not_written(version.details.name, snapshot.path.parent, failure) from failure
            mended.append(str(error))
        return tuple(mended)

    def put(self, details: ListDetails, columns: Columns, difference: Difference) -> Version:
        """Publish a version: its files first, and only when these are on the disk the rows that name it."""
        version = self._write_files(details, columns)
        self.database.write(lambda connection: _put_in_force(connection, version, difference))
        return version

    def take_off(self, version: Version) -> None:
        """End a list. Its versions stay on record, its files go with the next `tidy`."""
        now = self.clock.now()

        def work(connection: Connection) -> None:
            records.lock_lists(connection)
            records.end(connection, version.details.name, now)
            body = {"name": version.details.name, "version": version.version}
            ledger.append(connection, kind="list_removed", body=body, now=now)

        self.database.write(work)

    def tidy(self) -> None:
        """Delete the files that nobody needs: long superseded ones, removed lists, what crashes left.

        Servers that still map such a file keep it until they let go. Lists that somebody is changing
        are passed over, and what cannot be deleted now is tried again next time.
        """
        for folder in self.directory.iterdir():
            if folder.name.startswith(".") or not folder.is_dir():
                continue
            # What is to be published is published by now: nothing here may make that look like a failure.
            failures = contextlib.suppress(OSError, ListError, DatabaseUnavailable)
            with failures, self.locked(folder.name, wait=False):
                self._tidy(folder)

    def _tidy(self, folder: Path) -> None:
        name = folder.name
        kept = self.database.read(lambda connection: records.kept_files(connection, name, self.keep_versions))
        for path in folder.iterdir():
            ours = path.suffix in (SNAPSHOT_SUFFIX, PARTIAL_SUFFIX) or is_companion(path)
            stays = path.suffix != PARTIAL_SUFFIX and f"{name}/{path.stem}{SNAPSHOT_SUFFIX}" in kept
            if ours and not stays:
                path.unlink()
        if not kept:
            folder.rmdir()

    def _lock_file(self, name: str) -> BinaryIO:
        locks = self.directory / ".locks"
        try:
            locks.mkdir(parents=True, exist_ok=True)
            return (locks / f"{name}.lock").open("ab")
        except OSError as error:
            raise _not_written(name, locks, error) from error

    def _write_files(self, details: ListDetails, columns: Columns) -> Version:
        name, now = details.name, self.clock.now()
        sequence = self.database.read(lambda connection: records.last_sequence(connection, name)) + 1
        folder = self.directory / name
        partial = folder / f"{sequence}-{secrets.token_hex(4)}{PARTIAL_SUFFIX}"
        try:
            folder.mkdir(exist_ok=True)
            sync_directory(self.directory)
            summary = write_partial(partial, details, columns)
            version = f"{sequence}-{summary.sha256[:12]}"
            final = folder / f"{version}{SNAPSHOT_SUFFIX}"
            take_name(partial, final)
            self._accompany(final)
        except OSError as error:
            raise _not_written(name, folder, error) from error
        return Version(
            details=details,
            version=version,
            sequence=sequence,
            file=f"{name}/{final.name}",
            sha256=summary.sha256,
            entries=summary.entries,
            counts=summary.counts,
            published_at=now,
        )

    def _accompany(self, path: Path) -> None:
        """Make the companions of a snapshot; where that fails, the snapshot goes, too."""
        try:
            write_all(self.companions, ListSnapshot.open(path))
        except BaseException:
            for file in path.parent.glob(f"{path.stem}.*"):
                file.unlink()
            raise


def _put_in_force(connection: Connection, version: Version, difference: Difference) -> None:
    name = version.details.name
    records.lock_lists(connection)
    if records.last_sequence(connection, name) != version.sequence - 1:
        raise PublicationConflict(
            f"list {name!r} was changed from another machine meanwhile. Nothing was changed here; "
            "run the command again."
        )
    records.put_in_force(connection, version)
    body = {
        **version.details.as_json(),
        "version": version.version,
        "sha256": version.sha256,
        "entries": version.entries,
        "added": difference.added,
        "removed": difference.removed,
        "altered": difference.altered,
    }
    ledger.append(connection, kind="list_version", body=body, now=version.published_at)


def _not_written(name: str, folder: Path, error: OSError) -> ListError:
    return ListError(
        f"list {name!r} could not be written to {folder}: {error.strerror}. Nothing was changed. "
        "Make room there, or check its owner and mode."
    )
