"""Lines as text. What a row reader takes, and what it gives."""

from collections.abc import Iterator

from doorward.lists.errors import ListError
from doorward.lists.reading.fields import BadRow, RawFields
from doorward.lists.reading.lines import MAX_LINE_BYTES, Line

DecodedLine = tuple[int, str | BadRow]
"""The number of a line and its text, or why it has none."""

Row = tuple[int, RawFields | BadRow]
"""The number of a line and the texts in it, or the reason why there are none."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class FileRefused(ListError):
    """A file that is not a list at all, or has no usable row."""


def decoded_lines(lines: Iterator[Line]) -> Iterator[DecodedLine]:
    """Every line that is not blank, without its line end and the file's byte order mark."""
    for number, raw in lines:
        if raw is None:
            kib = MAX_LINE_BYTES // 1024
            yield number, BadRow(f"it is longer than {kib} KiB, so it is no entry. It was read past.")
            continue
        if number == 1:
            raw = _without_mark(raw)
        if raw.isspace() or not raw:
            continue
        yield number, _text(raw)


def _without_mark(raw: bytes) -> bytes:
    if raw.startswith(_UTF16_MARKS):
        raise FileRefused("line 1: the file is in UTF-16. Save it as UTF-8.")
    return raw.removeprefix(_BYTE_ORDER_MARK)


def _text(raw: bytes) -> str | BadRow:
    if b"\0" in raw:
        return BadRow(f"there is a NUL byte at position {raw.index(0) + 1}. The file may be damaged.")
    line = raw.removesuffix(b"\r")
    if b"\r" in line:
        return BadRow(
            "there is a carriage return within it. Save the file with line feeds at the ends of lines."
        )
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        return BadRow(
            f"the byte 0x{raw[error.start]:02x} at position {error.start + 1} is not UTF-8. "
            "Save the file as UTF-8."
        )
