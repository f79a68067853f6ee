"""Where the encrypted files lie: `incoming/` before the database knows them, `00/` … `ff/` after."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".dwe"


@dataclass(frozen=True, slots=True)
class Shelves:
    """The folders of a vault and how a file moves through them. Moves are atomic renames."""

    root: Path

    @property
    def incoming(self) -> Path:
        return self.root / "incoming"

    def final_name(self, item_id: str) -> str:
        """The file's name for good, relative to the vault; what the database records."""
        return f"{item_id.rpartition('_')[2][:2]}/{item_id}{SUFFIX}"

    def build(self) -> None:
        """Make every folder now, so that a full disk does not stand in the way of the first item."""
        for name in ("incoming", *(f"{number:02x}" for number in range(256))):
            (self.root / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        sync_directory(self.root)

    def take_in(self, draft: Path, item_id: str) -> None:
        """Move a finished file to `incoming/`, durably. Raises `OSError`, and then nothing is left there."""
        place = self._incoming_place(item_id)
        try:
            draft.rename(place)
            sync_directory(self.incoming)
        except OSError:
            place.unlink(missing_ok=True)
            raise

    def put_away(self, item_id: str) -> None:
        """Move a file that the database knows to its final place. Raises `OSError`.

        It need not be durable at once: after a crash the file is in one place or the other, readers
        look in both, and the orphan collector moves it again.
        """
        self._incoming_place(item_id).rename(self.root / self.final_name(item_id))

    def open(self, item_id: str) -> BinaryIO:
        """The file, in whichever place it is. Raises `FileNotFoundError`."""
        final = self.root / self.final_name(item_id)
        for place in (final, self._incoming_place(item_id)):
            try:
                return place.open("rb")
            except FileNotFoundError:
                continue
        return final.open("rb")  # it may have moved while we looked

    def incoming_items(self) -> Iterator[tuple[str, Path]]:
        """Ids and paths of all that has not been put away."""
        for path in sorted(self.incoming.glob(f"*{SUFFIX}")):
            yield path.stem, path

    def _incoming_place(self, item_id: str) -> Path:
        return self.incoming / f"{item_id}{SUFFIX}"


def sync_directory(directory: Path) -> None:
    """Make the names in `directory` survive a loss of power."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
