"""An upload in `multipart/form-data`, parsed as it arrives.

The file part goes straight from the network's buffer into the body, without a copy in between and
without a spool file, which frameworks use and which would put content on a disk unencrypted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from doorward.doors.http.problems import INVALID, MALFORMED, TOO_LARGE, Problem

FIELD_BYTES = 32 * 1024  # all form fields together
OVERHEAD_BYTES = 64 * 1024  # what a form may weigh beyond its file

Sink = Callable[[memoryview], None]


@dataclass(slots=True)
class Form:
    """What the form told besides the file's bytes."""

    fields: dict[str, str] = field(default_factory=dict)
    filename: str | None = None
    declared_type: str | None = None


def boundary_of(request: Request) -> bytes | None:
    """The boundary where the request is a form, `None` where it is something else."""
    media_type, options = parse_options_header(request.headers.get("content-type"))
    if media_type != b"multipart/form-data":
        return None
    boundary = options.get(b"boundary", b"")
    if not boundary or len(boundary) > 70:  # RFC 2046 §5.1.1
        raise Problem(MALFORMED, "The form's `Content-Type` needs a `boundary` of 1 to 70 characters.")
    return boundary


class FormReader:
    """Push parser for one form: `feed` what arrives, then ask `finish` for the form."""

    def __init__(self, boundary: bytes, sink: Sink) -> None:
        self._sink = sink
        self._form = Form()
        self._files = 0
        self._field_bytes = 0
        self._ended = False
        self._part = _Part()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._end_form,
            },
        )

    def feed(self, chunk: bytes) -> None:
        """Parse what arrived. Raises `Problem` for what is not a form, or not one of ours."""
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise _malformed("its parts cannot be told apart") from None

    def finish(self) -> Form:
        """The form, once everything arrived."""
        if not self._ended:
            raise _malformed("it ends before its closing boundary")
        if self._files == 0:
            raise Problem(
                INVALID, "The form has no file. Send one part with a `filename` in its Content-Disposition."
            )
        return self._form

    def _begin(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._part.header_name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.header_value += data[start:end]

    def _header_end(self) -> None:
        self._part.keep_header()

    def _headers_end(self) -> None:
        part = self._part
        part.read_disposition()
        if not part.is_file:
            if part.name in self._form.fields:
                raise Problem(INVALID, f"The form has the field `{part.name[:100]}` twice. Send it once.")
            return
        self._files += 1
        if self._files > 1:
            raise Problem(INVALID, "The form has more than one file. Send one request for each file.")
        self._form.filename = part.filename or None
        self._form.declared_type = part.content_type

    def _data(self, data: bytes, start: int, end: int) -> None:
        piece = memoryview(data)[start:end]
        if self._part.is_file:
            self._sink(piece)
            return
        self._field_bytes += len(piece)
        if self._field_bytes > FIELD_BYTES:
            raise Problem(TOO_LARGE, f"The form's fields are larger than {FIELD_BYTES} bytes together.")
        self._part.value += piece

    def _end(self) -> None:
        if not self._part.is_file:
            self._form.fields[self._part.name] = _utf8(self._part.value, f"the field `{self._part.name}`")

    def _end_form(self) -> None:
        self._ended = True


@dataclass(slots=True)
class _Part:
    """The part that is being read."""

    header_name: bytearray = field(default_factory=bytearray)
    header_value: bytearray = field(default_factory=bytearray)
    headers: dict[bytes, bytes] = field(default_factory=dict)
    value: bytearray = field(default_factory=bytearray)
    name: str = ""
    filename: str = ""
    is_file: bool = False

    @property
    def content_type(self) -> str | None:
        value = self.headers.get(b"content-type")
        return None if value is None else value.decode("latin-1")[:255]

    def keep_header(self) -> None:
        self.headers[bytes(self.header_name).lower()] = bytes(self.header_value)
        self.header_name.clear()
        self.header_value.clear()

    def read_disposition(self) -> None:
        disposition, options = parse_options_header(self.headers.get(b"content-disposition"))
        if disposition != b"form-data" or b"name" not in options:
            raise _malformed("a part has no `Content-Disposition: form-data` with a name")
        self.name = _utf8(options[b"name"], "the name of a part")
        self.is_file = b"filename" in options
        self.filename = _utf8(options.get(b"filename", b""), "a file name")


def _utf8(data: bytes | bytearray, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed(f"{what} is not UTF-8") from None


def _malformed(reason: str) -> Problem:
    return Problem(MALFORMED, f"The multipart form cannot be read: {reason}. See RFC 7578.")
