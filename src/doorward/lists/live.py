"""A list as a server uses it, and how far it may be relied upon."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from doorward.lists.details import ListDetails
from doorward.lists.errors import SnapshotError
from doorward.lists.records import Version
from doorward.lists.snapshot import ListSnapshot

WARN_DAYS = 14


class ListState(StrEnum):
    """How far a list may be relied upon."""

    LIVE = "live"
    EXPIRING = "expiring"  # still live, but somebody must see to it
    EXPIRED = "expired"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LiveList:
    """One list. A match in `snapshot` counts in every state; a missing match only while live or expiring.

    `version` is the version of `snapshot`, or without one that of the file which cannot be read. With a
    `problem` and a snapshot, the snapshot is the former version, kept because the present one cannot be
    read.
    """

    details: ListDetails
    version: str
    snapshot: ListSnapshot | None
    problem: str | None = None
    warn_days: int = WARN_DAYS

    def state(self, now: datetime) -> ListState:
        """The state at `now`."""
        if self.problem is not None or self.snapshot is None:
            return ListState.UNREADABLE
        if now >= self.details.expires_at:
            return ListState.EXPIRED
        if now >= self.details.expires_at - timedelta(days=self.warn_days):
            return ListState.EXPIRING
        return ListState.LIVE

    def warning(self, now: datetime) -> str | None:
        """What somebody must see to, in words; None while all is well."""
        name, moment = self.details.name, f"{self.details.expires_at:%Y-%m-%d %H:%M} UTC"
        match self.state(now):
            case ListState.UNREADABLE:
                return f"list {name!r} cannot be read: {self.problem}"
            case ListState.EXPIRED:
                return (
                    f"list {name!r} expired at {moment}: nothing can be cleared against it any more. "
                    "Import its present version."
                )
            case ListState.EXPIRING:
                return (
                    f"list {name!r} expires {_days(self.details.expires_at - now)}, at {moment}. "
                    "Import its present version before then."
                )
            case ListState.LIVE:
                return None

    def failing(self, problem: str) -> "LiveList":
        """The same list, kept because its next version cannot be used."""
        return replace(self, problem=problem)


def inspect(directory: Path, version: Version, warn_days: int = WARN_DAYS) -> LiveList:
    """A version as it can be seen from outside a server: opened, but not read to the end."""
    try:
        snapshot, problem = open_version(directory, version), None
    except SnapshotError as error:
        snapshot, problem = None, str(error)
    return LiveList(version.details, version.version, snapshot, problem, warn_days)


def open_version(directory: Path, version: Version) -> ListSnapshot:
    """Open the file of a version and see that it is the one published; raises `SnapshotError`."""
    path = directory / version.file
    snapshot = ListSnapshot.open(path)
    if snapshot.checksum != version.sha256 or snapshot.details != version.details:
        raise SnapshotError(
            f"{path} is not the file that was published as version {version.version}. Import the list again."
        )
    return snapshot


def _days(left: timedelta) -> str:
    if left.days < 1:
        return "within a day"
    return "in 1 day" if left.days == 1 else f"in {left.days} days"
