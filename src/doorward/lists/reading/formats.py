"""Which format a file has, and its rows."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from itertools import chain
from pathlib import PurePath

from doorward.lists.reading.csv_rows import csv_rows
from doorward.lists.reading.decoded import DecodedLine, FileRefused, Row, decoded_lines
from doorward.lists.reading.fields import BadRow
from doorward.lists.reading.jsonl_rows import jsonl_rows
from doorward.lists.reading.lines import Readable, numbered_lines


class Format(StrEnum):
    """What lists are read from and written to."""

    CSV = "csv"
    JSONL = "jsonl"


_BY_EXTENSION: Mapping[str, Format] = {
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}
_READERS: Mapping[Format, Callable[[Iterator[DecodedLine]], Iterator[Row]]] = {
    Format.CSV: csv_rows,
    Format.JSONL: jsonl_rows,
}


def read_rows(file: Readable, name: str, format_: Format | None = None) -> Iterator[Row]:
    """Every row of `file`, read as it is asked for.

    Without `format_` the extension of `name` tells it, else the first character that is not blank.
    Raises `FileRefused` where the file as a whole is not a list.
    """
    lines = decoded_lines(numbered_lines(file))
    first = next(lines, None)
    if first is None:
        raise FileRefused("the file is empty. A list has at least one entry.")
    format_ = format_ or _BY_EXTENSION.get(PurePath(name).suffix.lower()) or _sniff(first[1])
    if format_ is Format.JSONL and _is_array(first[1]):
        raise FileRefused(
            "line 1: the file is a JSON array. Write JSON Lines: one object a line, no brackets."
        )
    return _READERS[format_](chain([first], lines))


def _sniff(first: str | BadRow) -> Format:
    if isinstance(first, BadRow):
        raise FileRefused(
            f"line 1: {first} Name the format with --format if the file is a list all the same."
        )
    return Format.JSONL if first.lstrip().startswith(("{", "[")) else Format.CSV


def _is_array(first: str | BadRow) -> bool:
    return isinstance(first, str) and first.lstrip().startswith("[")
