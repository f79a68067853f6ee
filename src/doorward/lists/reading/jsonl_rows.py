"""JSON Lines: one object a line, whose keys are those of the CSV header. Absent and null mean the same."""

import json
from collections.abc import Iterator
from typing import Any

from doorward.lists.reading.decoded import DecodedLine, Row
from doorward.lists.reading.fields import COLUMNS, BadRow, RawFields


def jsonl_rows(lines: Iterator[DecodedLine]) -> Iterator[Row]:
    """The fields of every row, by line."""
    for number, text in lines:
        yield number, text if isinstance(text, BadRow) else _row(text)


def _row(text: str) -> RawFields | BadRow:
    try:
        return _fields(_object(text))
    except BadRow as error:
        return error


def _object(text: str) -> dict[str, Any]:
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise BadRow(
            f"it is not JSON ({error.msg}, at character {error.pos + 1}). Write one object."
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadRow("it is JSON of a kind that no entry needs. Write one flat object.") from error
    if not isinstance(value, dict):
        raise BadRow(f"it is {_kind(value)}, and must be an object: {{…}}, one a line.")
    return value


def _fields(value: dict[str, Any]) -> RawFields:
    if not value.keys() <= _KNOWN:
        unknown = next(key for key in value if key not in _KNOWN)
        raise BadRow(f"there is no key {unknown[:60]!r}. The keys are {', '.join(COLUMNS)}.")
    given = [(key, value.get(key)) for key in COLUMNS]
    id_, md5, sha1, sha256, pdq, quality, label = [
        field if type(field) is str else _text(key, field) for key, field in given
    ]
    return id_, md5, sha1, sha256, pdq, quality, label


def _text(key: str, value: Any) -> str:
    if value is None:
        return ""
    if key == "pdq_quality" and type(value) is int and -999 <= value <= 999:
        return str(value)
    wanted = "a whole number from 0 to 100" if key == "pdq_quality" else "a text in quotes"
    raise BadRow(f"{key} is {_kind(value)}, and must be {wanted}, or null.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadRow("a key stands there twice. Keep one.")
    return value


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    kinds: dict[type, str] = {str: "a text", int: "a number", float: "a number", list: "an array"}
    return kinds.get(type(value), "an object")


_KNOWN = frozenset(COLUMNS)
_DECODER = json.JSONDecoder(object_pairs_hook=_unique)
