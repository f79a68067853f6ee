"""Publishing, changing and removing lists while servers answer from them.

A version comes into force at once for everybody, or not at all: its files are complete and on the
disk before one transaction names it, and servers open it before they let go of the former one.
A process that is killed at any point leaves the former version or the new one in force.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from doorward.lists.columns import Columns
from doorward.lists.comparison import Difference, difference
from doorward.lists.details import ListDetails, check_importable
from doorward.lists.duplicates import unique_columns
from doorward.lists.entries import Entry
from doorward.lists.errors import ListError, SnapshotError
from doorward.lists.merging import merged, without_ids
from doorward.lists.records import Version
from doorward.lists.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of a change: the version now in force, and how its entries differ from the former's."""

    name: str
    version: str
    changed: bool  # whether this is a new version
    added: int
    removed: int
    altered: int  # the same id with other contents
    kept: int
    total: int


def publish(
    shelf: Shelf,
    details: ListDetails,
    entries: Iterable[Entry] | Columns,
    *,
    add: bool = False,
    as_of_stated: bool = True,
) -> Publication:
    """Bring a list into force with these entries, in place of all it had; with `add`, beside them.

    With `add`, an id that the list has already gets its new contents. The same entries and details
    as before make no new version; only companions that are missing or damaged are made anew.
    `as_of_stated=False` says that `details.as_of` is only the time of the import: alone it is no
    reason for a new version. `Columns` must have unique ids.

    Raises `DetailsError`, `DuplicateEntry`, `ListError`: then nothing is changed. After
    `DatabaseUnavailable` either version may be in force; publishing again is right in both cases.
    """
    check_importable(details, shelf.clock.now())
    columns = entries if isinstance(entries, Columns) else unique_columns(entries)
    with shelf.locked(details.name):
        present = shelf.present(details.name)
        former = None if present is None else _opened(shelf, present)
        if add and former is not None:
            columns = merged(former.required_contents(), columns)
        outcome = _replace(shelf, former, details, columns, as_of_stated)
    shelf.tidy()
    return outcome


def remove_entries(shelf: Shelf, name: str, ids: Sequence[str]) -> Publication:
    """Publish a version without the entries of these ids; raises `ListError` where one is not there."""
    with shelf.locked(name):
        former = _opened(shelf, shelf.required(name))
        columns = without_ids(former.required_contents(), ids)
        outcome = _replace(shelf, former, former.version.details, columns, as_of_stated=True)
    shelf.tidy()
    return outcome


def remove_list(shelf: Shelf, name: str) -> Version:
    """Take a list out of force and delete its files; returns what was in force.

    Servers follow by themselves. Raises `NoSuchList`.
    """
    with shelf.locked(name):
        version = shelf.required(name)
        shelf.take_off(version)
    shelf.tidy()
    return version


@dataclass(frozen=True, slots=True)
class _Former:
    version: Version
    contents: Columns | None  # None: the file cannot be used
    problem: SnapshotError | None = None

    def required_contents(self) -> Columns:
        if self.contents is None:
            raise ListError(
                f"list {self.version.details.name!r} cannot be changed, since its present version cannot "
                f"be read: {self.problem} Import the whole list, without --add."
            )
        return self.contents


def _opened(shelf: Shelf, version: Version) -> _Former:
    try:
        return _Former(version, shelf.contents(version))
    except SnapshotError as error:
        return _Former(version, None, error)


def _replace(
    shelf: Shelf, former: _Former | None, details: ListDetails, columns: Columns, as_of_stated: bool
) -> Publication:
    if not len(columns):
        raise ListError(
            f"list {details.name!r} would have no entries. To do without it: "
            f"`doorward lists remove {details.name}`."
        )
    contents = None if former is None else former.contents
    if former is None or contents is None:
        change = Difference(added=len(columns), removed=0, altered=0, kept=0)
        return _outcome(shelf.put(details, columns, change), change, changed=True)
    change = difference(contents, columns)
    if not change.any and not as_of_stated:
        details = replace(details, as_of=former.version.details.as_of)
    if not change.any and details == former.version.details:
        shelf.mend_companions(former.version, thorough=False)
        return _outcome(former.version, change, changed=False)
    return _outcome(shelf.put(details, columns, change), change, changed=True)


def _outcome(version: Version, change: Difference, *, changed: bool) -> Publication:
    return Publication(
        name=version.details.name,
        version=version.version,
        changed=changed,
        added=change.added,
        removed=change.removed,
        altered=change.altered,
        kept=change.kept,
        total=version.entries,
    )
