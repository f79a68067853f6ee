"""The circumstances of an upload, from the header `Doorward-Context` or from the fields of its form."""

from collections.abc import Mapping

from fastapi import Request
from pydantic import ValidationError

from doorward.doors.http.fields import ReadingRules
from doorward.doors.http.models import UploadContextIn
from doorward.doors.http.multipart import Form
from doorward.doors.http.problems import HEADER_TOO_LARGE, INVALID, Problem
from doorward.doors.http.reading import explain, parse, single_header

HEADER = "Doorward-Context"
HEADER_BYTES = 16 * 1024
JSON_FIELD = "context"


def from_header(request: Request, rules: ReadingRules) -> UploadContextIn | None:
    """What the header tells, or `None` where there is no such header.

    HTTP libraries treat header values as Latin-1; the bytes on the wire are UTF-8 all the same.
    """
    value = single_header(request, HEADER)
    if value is None:
        return None
    data = value.encode("latin-1")
    if len(data) > HEADER_BYTES:
        raise Problem(HEADER_TOO_LARGE, f"The header `{HEADER}` is larger than {HEADER_BYTES} bytes.")
    return parse(UploadContextIn, data, rules, f"The header `{HEADER}`")


def from_form(form: Form, header: UploadContextIn | None, rules: ReadingRules) -> UploadContextIn:
    """What an upload's form tells, in one of three ways: header, fields, or one field with JSON.

    Two ways at once are refused rather than merged: nobody could tell which of them was meant.
    """
    told = _from_fields(form.fields, rules)
    if header is not None and told is not None:
        raise Problem(INVALID, f"Context is in the header `{HEADER}` and in form fields. Send one of them.")
    context = header or told or UploadContextIn()
    if context.filename is None and form.filename is not None:
        return context.model_copy(update={"filename": form.filename})
    return context


def _from_fields(fields: Mapping[str, str], rules: ReadingRules) -> UploadContextIn | None:
    if not fields:
        return None
    if JSON_FIELD in fields:
        if len(fields) > 1:
            raise Problem(
                INVALID, f"Context is in the field `{JSON_FIELD}` and in others. Send one way only."
            )
        return parse(UploadContextIn, fields[JSON_FIELD].encode(), rules, f"The form field `{JSON_FIELD}`")
    try:
        return UploadContextIn.model_validate(dict(fields), context=rules)
    except ValidationError as error:
        raise explain(error, "The form") from None
