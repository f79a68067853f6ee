"""Rows into columns, with an account of every row that is none."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from doorward.lists.columns import Columns
from doorward.lists.columns_builder import ColumnsBuilder
from doorward.lists.duplicates import Conflicts, without_repeats
from doorward.lists.reading.decoded import FileRefused, Row
from doorward.lists.reading.fields import BadRow, RawFields, entry_of
from doorward.lists.reading.runs import run_of

MAX_ERRORS_KEPT = 1000  # of the rest only the number is known
_RUN = 1024  # rows taken at once


@dataclass(frozen=True, slots=True, order=True)
class RowError:
    """A row that is no entry."""

    line: int
    reason: str  # for people: what is wrong and how to mend it


@dataclass(frozen=True, slots=True)
class ListContents:
    """What a file contains."""

    columns: Columns  # each id once
    errors: tuple[RowError, ...]  # by line, at most MAX_ERRORS_KEPT
    error_count: int
    repeated: int  # rows that said again what an earlier one had said


def collect(rows: Iterable[Row]) -> ListContents:
    """Read all rows; raises `FileRefused` where there is none at all."""
    reading = _Reading()
    rows = iter(rows)
    while run := list(islice(rows, _RUN)):
        reading.take(run)
    lines, errors = reading.lines, reading.errors
    if not lines and not errors.count:
        raise FileRefused(
            "the file has a header and no entries. To do without a list: `doorward lists remove`."
        )
    everything = reading.builder.finish()
    columns, conflicts = without_repeats(everything)
    _add_conflicts(errors, conflicts, everything, lines)
    return ListContents(
        columns=columns,
        errors=tuple(sorted(errors.kept)[:MAX_ERRORS_KEPT]),
        error_count=errors.count,
        repeated=len(everything) - len(columns) - len(conflicts),
    )


@dataclass(slots=True)
class _Errors:
    kept: list[RowError] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, reason: str) -> None:
        self.count += 1
        if len(self.kept) < MAX_ERRORS_KEPT:
            self.kept.append(RowError(line, reason))


@dataclass(slots=True)
class _Reading:
    builder: ColumnsBuilder = field(default_factory=ColumnsBuilder)
    lines: "array[int]" = field(default_factory=lambda: array("Q"))  # of each entry in the builder
    errors: _Errors = field(default_factory=_Errors)

    def take(self, rows: Sequence[Row]) -> None:
        """Add the entries of some rows, all at once if nothing is amiss."""
        fields = [fields for _, fields in rows if not isinstance(fields, BadRow)]
        run = run_of(fields) if len(fields) == len(rows) else None
        if run is None:
            for line, outcome in rows:
                self._take_one(line, outcome)
        else:
            self.builder.extend(run)
            self.lines.extend(line for line, _ in rows)

    def _take_one(self, line: int, fields: RawFields | BadRow) -> None:
        try:
            if isinstance(fields, BadRow):
                raise fields
            self.builder.append(entry_of(fields))
        except BadRow as error:
            self.errors.add(line, str(error))
        else:
            self.lines.append(line)


def _add_conflicts(errors: _Errors, conflicts: Conflicts, columns: Columns, lines: "array[int]") -> None:
    shown = _Errors()
    for first, later in zip(conflicts.first, conflicts.later, strict=True):
        if shown.count >= MAX_ERRORS_KEPT:
            break
        id_ = columns.ids.text(int(later))
        shown.add(
            lines[later],
            f"the id {id_!r} stands in line {lines[first]} already, with other contents. Keep one of them.",
        )
    errors.kept.extend(shown.kept)
    errors.count += len(conflicts)
