"""CSV, one row a line.

The first line names the columns, in any order: `id` and at least one kind of hash, of
`id,md5,sha1,sha256,pdq,pdq_quality,label`. Fields are separated by commas and may stand in double
quotes, with `""` for a quote, but no field may contain a line break: so one quote that is never closed
spoils one row, and not the rest of the file.
"""

import csv
from collections.abc import Callable, Iterator
from operator import itemgetter

from doorward.lists.reading.decoded import DecodedLine, FileRefused, Row
from doorward.lists.reading.fields import COLUMNS, BadRow, RawFields

_HASHES = ("md5", "sha1", "sha256", "pdq")


def csv_rows(lines: Iterator[DecodedLine]) -> Iterator[Row]:
    """The fields of every row, by line; raises `FileRefused` where the header cannot be used."""
    number, header = next(lines)
    if isinstance(header, BadRow):
        raise FileRefused(f"line {number}, the header: {header}")
    columns = _columns(number, header)
    arrange = _arranger(columns)
    for number, text in lines:
        if isinstance(text, BadRow):
            yield number, text
            continue
        try:
            fields = text.split(",") if '"' not in text else _quoted(text)
        except BadRow as error:
            yield number, error
            continue
        yield number, arrange(fields) if len(fields) == len(columns) else _wrong_count(fields, columns)


def _columns(number: int, header: str) -> list[str]:
    where = f"line {number}, the header"
    try:
        names = [name.strip().lower() for name in _quoted(header)]
    except BadRow as error:
        raise FileRefused(f"{where}: {error}") from error
    for name in names:
        if name not in COLUMNS:
            raise FileRefused(f"{where}: there is no column {_shown(name)}. {_ALLOWED}")
        if names.count(name) > 1:
            raise FileRefused(
                f"{where}: the column {name!r} stands there {names.count(name)} times. Keep one."
            )
    if "id" not in names:
        raise FileRefused(f"{where}: the column 'id' is not there. {_ALLOWED}")
    if not set(names) & set(_HASHES):
        raise FileRefused(f"{where}: there is no column of hashes. Give one of {', '.join(_HASHES)}.")
    return names


_ALLOWED = f"The first line names the columns, of {','.join(COLUMNS)}, separated by commas."


def _arranger(columns: list[str]) -> Callable[[list[str]], RawFields]:
    """Puts a row's fields into the order of `COLUMNS`; absent columns are empty."""
    places = [columns.index(name) if name in columns else len(columns) for name in COLUMNS]
    pick = itemgetter(*places)

    def arrange(fields: list[str]) -> RawFields:
        fields.append("")
        arranged: RawFields = pick(fields)
        return arranged

    return arrange


def _quoted(text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error as error:
        raise BadRow(
            f"its quotes are not right ({error}). Put the whole field in double quotes, write a quote in it "
            "twice, and no line breaks."
        ) from error


def _wrong_count(fields: list[str], columns: list[str]) -> BadRow:
    return BadRow(
        f"it has {len(fields)} fields, and the header {len(columns)}. Put a field that contains a comma in "
        "double quotes."
    )


def _shown(name: str) -> str:
    return repr(name if len(name) <= 60 else f"{name[:60]}…")
