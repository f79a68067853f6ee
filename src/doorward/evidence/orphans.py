"""What a killed process left in `incoming/`: finish what was committed, remove what never was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from doorward.evidence.owned import locked_if_free
from doorward.evidence.shelves import Shelves
from doorward.storage import Database
from doorward.storage.tables import evidence_items


@dataclass(frozen=True, slots=True)
class Collected:
    """What one round did."""

    put_away: int = 0
    removed: int = 0
    left: int = 0  # too young, or still in somebody's hands


def collect(database: Database, shelves: Shelves, *, now: datetime, older_than: timedelta) -> Collected:
    """Go through `incoming/` once. Raises `DatabaseUnavailable`, and then has removed nothing unknown.

    Three things together keep a file that may still be committed: its writer holds a lock on it
    until the transaction ended; the database is asked only after the lock was had; and it must be
    older than the margin, for a commit that outlived its writer inside a database server.
    """
    put_away = removed = left = 0
    for item_id, path in shelves.incoming_items():
        outcome = _settle(database, shelves, item_id, path, now - older_than)
        put_away += outcome == "put away"
        removed += outcome == "removed"
        left += outcome == "left"
    return Collected(put_away, removed, left)


def _settle(database: Database, shelves: Shelves, item_id: str, path: Path, before: datetime) -> str:
    try:
        with locked_if_free(path) as free:
            if not free:
                return "left"
            if _is_known(database, item_id):
                shelves.put_away(item_id)
                return "put away"
            if path.stat().st_mtime >= before.timestamp():
                return "left"
            path.unlink()
            return "removed"
    except FileNotFoundError:
        return "gone"  # its own process, or another collector, was quicker


def _is_known(database: Database, item_id: str) -> bool:
    query = select(evidence_items.c.id).where(evidence_items.c.id == item_id)
    return database.read(lambda connection: connection.execute(query).first()) is not None
