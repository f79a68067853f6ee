"""`doorward lists verify`"""

from dataclasses import dataclass
from typing import Annotated

import typer

from doorward.cli.common import DataOption, JsonOption, console, emit_json, err, fail
from doorward.cli.lists.common import OptionalNameArgument, open_shelf
from doorward.cli.lists.showing import versions_of
from doorward.lists import SnapshotError
from doorward.lists.records import Version
from doorward.lists.shelf import Shelf


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found of one list."""

    version: Version
    problem: str | None = None  # with the snapshot: then nothing else was looked at
    index_problems: tuple[str, ...] = ()
    repaired: bool = False

    @property
    def name(self) -> str:
        return self.version.details.name


def verify(
    name: OptionalNameArgument = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make index files anew that are missing or damaged.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read every byte of the lists in force and of their index files, and see that all is as published."""
    with open_shelf(data) as (_, shelf), err.status("Reading …"):
        look = _repair if repair else _look
        looked_at = [look(shelf, version) for version in versions_of(shelf, name)]
    if as_json:
        emit_json([_as_json(found) for found in looked_at])
    else:
        for found in looked_at:
            _tell(found)
    if damaged := [found.name for found in looked_at if found.problem]:
        fail(f"{len(damaged)} list(s) cannot be relied upon: {', '.join(damaged)}. Import them again.")
    if unindexed := [found.name for found in looked_at if found.index_problems and not found.repaired]:
        fail(
            f"{len(unindexed)} list(s) have no sound index file: {', '.join(unindexed)}. They are searched all "
            "the same, with more memory. Make the files anew with `doorward lists verify --repair`."
        )


def _look(shelf: Shelf, version: Version) -> _Found:
    try:
        shelf.contents(version)
        return _Found(version, index_problems=shelf.companion_problems(version))
    except SnapshotError as error:
        return _Found(version, str(error))


def _repair(shelf: Shelf, version: Version) -> _Found:
    with shelf.locked(version.details.name):
        present = shelf.required(version.details.name)
        try:
            shelf.contents(present)
            mended = shelf.mend_companions(present, thorough=True)
            return _Found(present, index_problems=mended, repaired=True)
        except SnapshotError as error:
            return _Found(present, str(error))


def _tell(found: _Found) -> None:
    outcome = found.problem or f"{found.version.entries:,} entries are as they were published"
    ending = " It was made anew." if found.repaired else ""
    for line in (outcome, *(f"{problem}{ending}" for problem in found.index_problems)):
        console.print(
            f"{found.name} {found.version.version}: {line}", highlight=False, markup=False, soft_wrap=True
        )


def _as_json(found: _Found) -> dict[str, object]:
    return {
        "name": found.name,
        "version": found.version.version,
        "entries": found.version.entries,
        "intact": found.problem is None,
        "problem": found.problem,
        "index_problems": list(found.index_problems),
        "repaired": found.repaired and bool(found.index_problems),
    }
