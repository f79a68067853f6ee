"""What an OpenAPI document cannot say, told to schemathesis: loaded by its command line.

The same idempotency key for another request is refused, and so is context in header and form at
once; both depend on more than one part of a request.
"""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import strategies as st
from pydantic import ValidationError
from requests import PreparedRequest

from doorward.doors.http.models import UploadContextIn

_VALID_KEY = re.compile(r"[!-~]{1,255}")

_PAST = datetime(2025, 1, 1)  # a time in the future is refused

schemathesis.openapi.format(
    "date-time", st.datetimes(datetime(1970, 1, 1), _PAST).map(lambda moment: f"{moment.isoformat()}Z")
)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Mend the request just before it leaves; what schemathesis thinks of the case stays as it is."""
    kwargs["auth"] = _mend


def _mend(request: PreparedRequest) -> PreparedRequest:
    """Only what is valid is changed, so that invalid requests stay invalid."""
    if _VALID_KEY.fullmatch(_text(request.headers.get("Idempotency-Key"))):
        request.headers["Idempotency-Key"] = str(uuid4())
    is_form = _text(request.headers.get("Content-Type")).startswith("multipart/form-data")
    if is_form and _is_context(_text(request.headers.get("Doorward-Context"))):
        del request.headers["Doorward-Context"]
    return request


def _text(value: str | bytes | None) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value or ""


def _is_context(text: str) -> bool:
    try:
        UploadContextIn.model_validate_json(text)
    except ValidationError:
        return False
    return True
