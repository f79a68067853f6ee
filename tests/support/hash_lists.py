"""Hash lists in force, without a database."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from doorward.findings import Code
from doorward.lists import Entry, ListDetails, ListSnapshot, LiveList, write_snapshot
from doorward.lists.loading import Prepare

ISSUED = datetime(2026, 1, 1, tzinfo=UTC)


def details(name: str, *, code: Code = Code.CSAM_KNOWN, days: int = 90, radius_bits: int = 31) -> ListDetails:
    """Particulars of a list of test pictures, issued on 2026-01-01 and good for `days`."""
    return ListDetails(
        name=name,
        code=code,
        source="the tests",
        terms="for tests",
        as_of=ISSUED,
        expires_at=ISSUED + timedelta(days=days),
        radius_bits=radius_bits,
        min_quality=50,
    )


def live_list(directory: Path, particulars: ListDetails, entries: Iterable[Entry]) -> LiveList:
    """A list as the catalogue would have it open."""
    path = directory / f"{particulars.name}.snapshot"
    summary = write_snapshot(path, particulars, entries)
    return LiveList(particulars, f"1-{summary.sha256[:12]}", ListSnapshot.open(path))


class FixedLists:
    """Stands in for the catalogue: the lists it is given, until it is given others."""

    def __init__(self, *lists: LiveList) -> None:
        self._prepare: tuple[Prepare, ...] = ()
        self._lists: Mapping[str, LiveList] = {}
        self.replace(*lists)

    def replace(self, *lists: LiveList) -> None:
        """Prepare, then swap, as the catalogue does."""
        for prepare in self._prepare:
            for live in lists:
                prepare(live)
        self._lists = {live.details.name: live for live in lists}

    def current(self) -> Mapping[str, LiveList]:
        """The lists in force."""
        return self._lists

    def subscribe(self, prepare: Prepare) -> None:
        """Show every list to `prepare` before it comes into force."""
        self._prepare += (prepare,)
        for live in self._lists.values():
            prepare(live)

    def warnings(self) -> tuple[str, ...]:
        """What somebody must see to."""
        return ()
