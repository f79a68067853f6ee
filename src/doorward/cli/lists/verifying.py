"""`doorward lists verify`"""

from doorward.cli.common import DataOption, JsonOption, console, emit_json, err, fail
from doorward.cli.lists.common import OptionalNameArgument, open_shelf
from doorward.cli.lists.showing import versions_of
from doorward.lists import SnapshotError
from doorward.lists.records import Version
from doorward.lists.shelf import Shelf


def verify(name: OptionalNameArgument = None, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Read every byte of the lists in force and see that it is what was published."""
    with open_shelf(data) as (_, shelf), err.status("Reading …"):
        looked_at = [(version, _problem(shelf, version)) for version in versions_of(shelf, name)]
    if as_json:
        emit_json([_as_json(version, problem) for version, problem in looked_at])
    else:
        for version, problem in looked_at:
            _tell(version, problem)
    damaged = [version.details.name for version, problem in looked_at if problem]
    if damaged:
        fail(f"{len(damaged)} list(s) cannot be relied upon: {', '.join(damaged)}. Import them again.")


def _problem(shelf: Shelf, version: Version) -> str | None:
    try:
        shelf.contents(version)
    except SnapshotError as error:
        return str(error)
    return None


def _tell(version: Version, problem: str | None) -> None:
    outcome = problem or f"{version.entries:,} entries are as they were published"
    console.print(
        f"{version.details.name} {version.version}: {outcome}", highlight=False, markup=False, soft_wrap=True
    )


def _as_json(version: Version, problem: str | None) -> dict[str, object]:
    return {
        "name": version.details.name,
        "version": version.version,
        "entries": version.entries,
        "intact": problem is None,
        "problem": problem,
    }
