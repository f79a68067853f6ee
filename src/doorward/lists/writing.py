"""Entries as CSV or JSON Lines, just as they can be read again."""

import csv
import json
from collections.abc import Iterable
from typing import Any, TextIO

from doorward.lists.entries import Entry
from doorward.lists.reading.fields import COLUMNS
from doorward.lists.reading.formats import Format


def write_entries(entries: Iterable[Entry], out: TextIO, format_: Format) -> None:
    """Write every entry to `out`. Reading it again gives the same entries."""
    if format_ is Format.CSV:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(_values, entries))
    else:
        out.writelines(map(_json_line, entries))


def _json_line(entry: Entry) -> str:
    named = zip(COLUMNS, _values(entry), strict=True)
    return json.dumps({key: value for key, value in named if value is not None}, ensure_ascii=False) + "\n"


def _values(entry: Entry) -> tuple[Any, ...]:
    id_, md5, sha1, sha256, pdq, quality, label = entry
    return id_, _hex(md5), _hex(sha1), _hex(sha256), _hex(pdq), quality, label


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()
