"""`doorward lists …`, run in this process."""

from dataclasses import dataclass
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from doorward.cli import lists
from doorward.lists.shelf import Shelf
from doorward.storage import Database


def _app() -> typer.Typer:
    app = typer.Typer(rich_markup_mode=None)
    app.add_typer(lists.app, name="lists")
    return app


@dataclass(frozen=True, slots=True)
class ListCommands:
    """The commands on one data directory, whose database is given."""

    data: Path
    shelf: Shelf

    @classmethod
    def on(cls, data: Path, database: Database, shelf: Shelf) -> "ListCommands":
        """The commands on `data`, told of the database by its settings."""
        (data / "doorward.toml").write_text(f'[database]\nurl = "{database.url}"\n', "utf-8")
        return cls(data, shelf)

    def run(self, *arguments: str, stdin: bytes = b"", width: int = 80) -> Result:
        """Run `doorward lists ARGUMENTS`, in a window of `width` columns."""
        runner = CliRunner(env={"COLUMNS": str(width), "DOORWARD_DATA": str(self.data)})
        return runner.invoke(_app(), ["lists", *arguments], input=stdin)
