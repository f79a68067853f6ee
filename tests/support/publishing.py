"""Publishing small lists, and looking at what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from doorward.clock import Clock
from doorward.lists import Entry, ListDetails
from doorward.lists.companions import Companion
from doorward.lists.publication import Publication, publish
from doorward.lists.shelf import Shelf
from doorward.storage import Database
from doorward.storage.tables import ledger_pending, list_versions
from support.hash_lists import details


def entry(name: str, number: int = 0) -> Entry:
    """An entry called `name`, whose MD5 is `number`."""
    return Entry(name, md5=number.to_bytes(16, "big"))


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes the list `known`, or another, and knows what is in force."""

    database: Database
    directory: Path
    clock: Clock
    companions: tuple[Companion, ...] = ()

    def publish(
        self, *entries: Entry, name: str = "known", add: bool = False, keep_versions: int = 3, **changes: Any
    ) -> Publication:
        """Publish `entries` under usual details with `changes`."""
        return self.publish_as(self.details(name, **changes), entries, add=add, keep_versions=keep_versions)

    def publish_as(
        self, particulars: ListDetails, entries: Iterable[Entry], *, add: bool = False, keep_versions: int = 3
    ) -> Publication:
        """Publish `entries` under these details."""
        return publish(replace(self.shelf, keep_versions=keep_versions), particulars, entries, add=add)

    def details(self, name: str = "known", **changes: Any) -> ListDetails:
        """Details that are good for 90 days from now."""
        now = self.clock.now()
        usual = replace(details(name), as_of=now - timedelta(days=1), expires_at=now + timedelta(days=90))
        return replace(usual, **changes)

    @property
    def shelf(self) -> Shelf:
        """Where the lists stand."""
        return Shelf(self.database, self.directory, self.clock, companions=self.companions)

    def contents(self, name: str = "known") -> dict[str, Entry]:
        """What is in force, by id; verified."""
        shelf = self.shelf
        return {found.id: found for found in shelf.contents(shelf.required(name)).entries()}

    def files(self) -> list[str]:
        """Every file beneath the snapshots directory, locks aside."""
        found = (path.relative_to(self.directory) for path in self.directory.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if path.parts[0] != ".locks")

    def versions(self) -> list[tuple[str, bool]]:
        """Every version on record, in order, and whether it is in force."""

        def work(connection: Connection) -> list[tuple[str, bool]]:
            rows = connection.execute(select(list_versions).order_by(list_versions.c.sequence))
            return [(row.version, row.superseded_at is None) for row in rows]

        return self.database.read(work)

    def ledger(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and body of every row that waits for the ledger, oldest first."""

        def work(connection: Connection) -> list[tuple[str, dict[str, Any]]]:
            rows = connection.execute(select(ledger_pending).order_by(ledger_pending.c.created_at))
            return [(row.kind, row.body) for row in rows]

        return self.database.read(work)
