"""Wiring of the published lists for those who change them."""

from doorward.clock import Clock
from doorward.imagery.matching.index_files import PdqIndexFile
from doorward.lists.shelf import Shelf
from doorward.settings import Settings
from doorward.storage import Database


def shelf_of(settings: Settings, database: Database, clock: Clock) -> Shelf:
    """The published lists; a version that is put there gets the index files that the gate searches."""
    return Shelf(
        database, settings.snapshots_dir, clock, settings.lists.keep_versions, companions=(PdqIndexFile(),)
    )
