"""What the tests of lists share."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from doorward.clock import ManualClock
from doorward.lists import Entry
from doorward.lists.publication import Publication, publish
from doorward.storage import Database
from support.hash_lists import details

Publish = Callable[..., Publication]


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    """The directory of snapshots, which publication makes."""
    return tmp_path / "lists"


@pytest.fixture
def publish_list(database: Database, snapshots: Path, clock: ManualClock) -> Publish:
    """Publishes entries as the list `known`."""

    def run(entries: Iterable[Entry], name: str = "known", **options: bool | int) -> Publication:
        return publish(database, snapshots, details(name), entries, clock, **options)  # type: ignore[arg-type]

    return run
