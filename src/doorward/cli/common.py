"""What every command shares: the data directory, JSON output, one way to fail."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from doorward.clock import Clock, SystemClock
from doorward.datadir import DATA_VARIABLE
from doorward.settings import Settings, SettingsError, load
from doorward.storage import Database, DatabaseUnavailable, SchemaOutdated, check_schema, open_database

console = Console()
err = Console(stderr=True)

EXIT_FOUND = 1  # something that is not allowed was found
EXIT_FAILED = 2  # the command could not do what it was asked

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Data directory. Default: DOORWARD_DATA, else ./doorward-data.", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@dataclass(frozen=True, slots=True)
class Home:
    """An initialised data directory, opened."""

    settings: Settings
    database: Database
    clock: Clock


def data_dir(option: Path | None) -> Path:
    """The data directory that applies: the option, else the environment, else the current folder's."""
    return option or Path(os.environ.get(DATA_VARIABLE) or "doorward-data")


def read_settings(option: Path | None) -> Settings:
    """The settings of an initialised data directory; fails clearly where there is none."""
    directory = data_dir(option)
    if not directory.is_dir():
        fail(f"no data directory at {directory}. Make one with `doorward init --data {directory}`.")
    try:
        return load(directory)
    except SettingsError as error:
        fail(str(error))


@contextmanager
def open_home(option: Path | None) -> Iterator[Home]:
    """Open settings and database of the data directory; close the database afterwards."""
    settings = read_settings(option)
    try:
        database = open_database(settings.database_url, connections=settings.database.connections)
    except (ValueError, OSError) as error:
        fail(str(error))
    try:
        check_schema(database)
        yield Home(settings, database, SystemClock())
    except (DatabaseUnavailable, SchemaOutdated) as error:
        fail(str(error))
    finally:
        database.close()


def emit_json(value: Any) -> None:
    """One JSON document on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


def fail(message: str) -> NoReturn:
    """One clear message on standard error, exit code 2."""
    err.print(f"doorward: {message}", style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(EXIT_FAILED)
