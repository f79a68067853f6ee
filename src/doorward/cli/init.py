"""`doorward init`: make a data directory that a server can run on."""

from dataclasses import dataclass
from pathlib import Path

import typer

from doorward.access import Scope, create_key, list_keys
from doorward.cli.common import DataOption, JsonOption, console, data_dir, emit_json, fail
from doorward.clock import SystemClock
from doorward.datadir import DataDirectoryError, require_writable
from doorward.evidence import create_master_key
from doorward.policy.load import default_text
from doorward.settings import SETTINGS_FILE, Settings, SettingsError, load
from doorward.storage import Database, DatabaseUnavailable, migrate, open_database

_SETTINGS_TEXT = """\
# Settings of this data directory. Every key, its meaning and its default: docs/reference/settings.md.
# An environment variable wins over this file: DOORWARD_HTTP__PORT=9000 is `port` in the table [http].

# [database]
# url = "postgresql://doorward@localhost/doorward"   # without it: SQLite in this directory

# [webhooks]
# url = "https://platform.example/doorward"
# secret = "whsec_…"
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("init")(init)


def init(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Make (or bring up to date) a data directory: settings, policy, database, master key, first API key.

    What is there already is never overwritten.
    """
    directory = data_dir(data)
    files = make_files(directory)
    token = bring_up_database(files.settings)
    if as_json:
        emit_json({"data": str(directory), "made": list(files.made), "api_key": token})
        return
    console.print(f"Data directory [bold]{directory}[/bold] is ready.", highlight=False)
    for name in files.made:
        console.print(f"  made {name}", highlight=False)
    if token is not None:
        console.print(f"\nAPI key (shown once, scope admin):\n  {token}", highlight=False, soft_wrap=True)
    console.print(
        "\nNext: doorward lists import NAME FILE …   (until then only the canary is known)\n"
        "      doorward check PICTURE\n      doorward serve",
        highlight=False,
        markup=False,
    )


@dataclass(frozen=True, slots=True)
class Files:
    """A data directory with all its files."""

    settings: Settings
    made: tuple[str, ...]  # names of those that were missing


def make_files(directory: Path) -> Files:
    """Make the directory and the files that are missing in it."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        require_writable(directory)
    except OSError as error:
        fail(f"{directory} cannot be made: {error.strerror}. Name another place with --data.")
    except DataDirectoryError as error:
        fail(str(error))
    made = []
    for name, text in ((SETTINGS_FILE, _SETTINGS_TEXT), ("policy.toml", default_text())):
        if not (directory / name).exists():
            (directory / name).write_text(text, encoding="utf-8")
            made.append(name)
    settings = _load(directory)
    if not settings.master_key_file.exists():
        create_master_key(settings.master_key_file)
        made.append(settings.master_key_file.name)
    return Files(settings, tuple(made))


def _load(directory: Path) -> Settings:
    try:
        return load(directory)
    except SettingsError as error:
        fail(str(error))


def bring_up_database(settings: Settings) -> str | None:
    """Migrate, and make the first API key where there is none yet; returns its token."""
    try:
        database = open_database(settings.database_url)
        try:
            migrate(database)
            return _first_key(database)
        finally:
            database.close()
    except (DatabaseUnavailable, ValueError) as error:
        fail(str(error))


def _first_key(database: Database) -> str | None:
    if database.read(list_keys):
        return None
    now = SystemClock().now()
    key = database.write(lambda c: create_key(c, name="first key", scopes=[Scope.ADMIN], now=now))
    return key.token
