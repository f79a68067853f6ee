"""What the tests of lists share."""

from pathlib import Path

import pytest

from doorward.clock import ManualClock
from doorward.storage import Database
from support.publishing import Publisher


@pytest.fixture
def publisher(database: Database, tmp_path: Path, clock: ManualClock) -> Publisher:
    """Publishes lists; once on each kind of database."""
    return Publisher(database, tmp_path / "lists", clock)


@pytest.fixture
def sqlite_publisher(sqlite_database: Database, tmp_path: Path, clock: ManualClock) -> Publisher:
    """The same on SQLite only, where a second database would teach nothing."""
    return Publisher(sqlite_database, tmp_path / "lists", clock)
