"""Entries as CSV or JSON Lines, just as they can be read again."""

import csv
import json
from collections.abc import Iterable
from typing import Any, TextIO

from doorward.lists.entries import Entry
from doorward.lists.reading.fields import COLUMNS
from doorward.lists.reading.formats import Format


def write_entries(entries: Iterable[Entry], out: TextIO, format_: Format) -> int:
    """Write every entry to `out`; returns how many there were. Reading it again gives the same entries."""
    return _write_csv(entries, out) if format_ is Format.CSV else _write_jsonl(entries, out)


def _write_csv(entries: Iterable[Entry], out: TextIO) -> int:
    count = 0
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for count, entry in enumerate(entries, 1):
        writer.writerow(_values(entry))
    return count


def _write_jsonl(entries: Iterable[Entry], out: TextIO) -> int:
    count = 0
    for count, entry in enumerate(entries, 1):
        named = zip(COLUMNS, _values(entry), strict=True)
        out.write(json.dumps({key: value for key, value in named if value is not None}, ensure_ascii=False))
        out.write("\n")
    return count


def _values(entry: Entry) -> tuple[Any, ...]:
    id_, md5, sha1, sha256, pdq, quality, label = entry
    return id_, _hex(md5), _hex(sha1), _hex(sha256), _hex(pdq), quality, label


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()
