"""What the commands about policies share."""

import os
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text
from sqlalchemy import select

from doorward.cli.common import data_dir, err, fail, read_settings
from doorward.policy.load import load_policy
from doorward.policy.problems import PolicyError, PolicyUnreadable, Problem, Severity
from doorward.policy.rules import Policy
from doorward.storage import DatabaseUnavailable, SchemaOutdated, check_schema, open_database
from doorward.storage.tables import lists

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def policy_file(file: Path | None, data: Path | None) -> Path:
    """The file named, else the one of the data directory."""
    return file or read_settings(data).policy_file


def usable_policy(path: Path) -> Policy:
    """The policy at `path`; prints what is wrong with it and ends the command where it cannot be used."""
    try:
        return load_policy(path)
    except PolicyUnreadable as error:
        fail(" ".join(f"{problem.file}: {problem.message}; {problem.hint}." for problem in error.problems))
    except PolicyError as error:
        print_problems(error.problems, err)
        fail(f"{path} cannot be used; mend it until `doorward policy check {path}` is content.")


def print_problems(problems: Iterable[Problem], console: Console) -> None:
    """Each problem with its place and hint."""
    for problem in problems:
        place = f"{problem.file}:{problem.line}: "
        severity = (f"{problem.severity}: ", _STYLES[problem.severity])
        text = Text.assemble(place, severity, problem.message, (f"\n    hint: {problem.hint}", "dim"))
        console.print(text, highlight=False, soft_wrap=True)


def known_lists(data: Path | None) -> frozenset[str]:
    """Names of the imported lists; none where there is no data directory or its database is away.

    A policy is often checked where no server runs, so that is no failure: names of lists are then
    not checked.
    """
    directory = data_dir(data)
    if not directory.is_dir():
        return frozenset()
    settings = read_settings(data)
    sqlite_file = settings.data_dir / "doorward.sqlite3"
    if settings.database.url is None and not os.path.exists(sqlite_file):
        return frozenset()
    try:
        database = open_database(settings.database_url, connections=1)
    except (ValueError, OSError) as error:
        fail(str(error))
    try:
        check_schema(database)
        return database.read(lambda connection: frozenset(connection.scalars(select(lists.c.name))))
    except (DatabaseUnavailable, SchemaOutdated) as error:
        err.print(Text(f"Names of lists are not checked: {error}", style="yellow"), soft_wrap=True)
        return frozenset()
    finally:
        database.close()
