"""Hash lists: import, export, immutable snapshots, publication while a server answers."""

from doorward.lists.catalogue import Catalogue, CatalogueNotLoaded
from doorward.lists.details import ListDetails
from doorward.lists.entries import Entry
from doorward.lists.errors import DetailsError, DuplicateEntry, ListError, SnapshotError
from doorward.lists.live import ListState, LiveList
from doorward.lists.snapshot import ListSnapshot, SnapshotSummary, write_snapshot

__all__ = [
    "Catalogue",
    "CatalogueNotLoaded",
    "DetailsError",
    "DuplicateEntry",
    "Entry",
    "ListDetails",
    "ListError",
    "ListSnapshot",
    "ListState",
    "LiveList",
    "SnapshotError",
    "SnapshotSummary",
    "write_snapshot",
]
