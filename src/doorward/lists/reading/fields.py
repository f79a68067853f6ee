"""One row's texts into an entry, or the reason why not."""

import re

from doorward.findings import Method
from doorward.lists.entries import WIDTH_BYTES, Entry
from doorward.lists.showable import unshowable

COLUMNS = ("id", "md5", "sha1", "sha256", "pdq", "pdq_quality", "label")
MAX_ID_BYTES = 255
MAX_LABEL_BYTES = 1000

_BASE64 = re.compile(r"[A-Za-z0-9+/]{22,43}={1,2}")
_MD5, _SHA1, _SHA256, _PDQ = (WIDTH_BYTES[m] for m in (Method.MD5, Method.SHA1, Method.SHA256, Method.PDQ))

RawFields = tuple[str, str, str, str, str, str, str]
"""The texts of the columns in the order of `COLUMNS`; empty where the source gives none."""


class BadRow(Exception):
    """A row that is no entry; the message says why and how to mend it."""


def entry_of(fields: RawFields) -> Entry:
    """The entry that these texts describe; raises `BadRow`. Called for each of millions of rows."""
    id_, md5, sha1, sha256, pdq, quality, label = fields
    entry = Entry(
        _text("id", id_, MAX_ID_BYTES),
        _hash("md5", md5, _MD5) if md5 else None,
        _hash("sha1", sha1, _SHA1) if sha1 else None,
        _hash("sha256", sha256, _SHA256) if sha256 else None,
        _hash("pdq", pdq, _PDQ) if pdq else None,
        _quality(quality) if quality else None,
        (_text("label", label, MAX_LABEL_BYTES) or None) if label else None,
    )
    if not entry.id:
        raise BadRow("there is no id. Every entry needs the source's own.")
    if entry.pdq is None:
        if entry.pdq_quality is not None:
            raise BadRow("there is a pdq_quality without a pdq. Leave it empty.")
        if entry.md5 is None and entry.sha1 is None and entry.sha256 is None:
            raise BadRow("there is no hash. Give at least one of md5, sha1, sha256, pdq.")
    return entry


def _hash(column: str, text: str, width: int) -> bytes | None:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) == width and len(text) == 2 * width:
        return value
    stripped = text.strip()
    if not stripped:
        return None
    if stripped != text:
        return _hash(column, stripped, width)
    raise BadRow(_why_no_hash(column, text, width))


def _why_no_hash(column: str, text: str, width: int) -> str:
    for character in text:
        if character not in "0123456789abcdefABCDEF":
            hint = "Write it in hexadecimal."
            if _BASE64.fullmatch(text):
                hint = "It looks like Base64; write it in hexadecimal."
            return f"{column} has the character {character!r}, which is no hexadecimal digit. {hint}"
    return (
        f"{column} has {len(text)} hexadecimal digits, and needs {2 * width}. "
        "Take it from the source again; it may have been cut, or stand in the wrong column."
    )


def _quality(text: str) -> int | None:
    digits = text.strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3 and int(digits) <= 100):
        raise BadRow(f"pdq_quality is {_shown(digits)}, and must be a whole number from 0 to 100, or empty.")
    return int(digits)


def _text(column: str, text: str, limit: int) -> str:
    stripped = text.strip()
    if (character := unshowable(stripped)) is not None:
        raise BadRow(f"{column} has the character {character!a}, which cannot be shown. Take it out.")
    if len(stripped) * 4 > limit and len(stripped.encode()) > limit:
        raise BadRow(f"{column} has {len(stripped.encode())} bytes, and may have {limit}. Shorten it.")
    return stripped


def _shown(text: str) -> str:
    return repr(text if len(text) <= 20 else f"{text[:20]}…")
