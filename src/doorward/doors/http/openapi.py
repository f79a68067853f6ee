"""What the OpenAPI document says beyond what the framework can tell from signatures.

Bodies are read by our own code (within limits, after the key was checked), so they are described here.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from doorward import __version__
from doorward.casework.facts import AccountFacts
from doorward.doors.http.answers import ProblemOut, VerdictOut
from doorward.doors.http.models import (
    AccountIn,
    ContactIn,
    LinkIn,
    MessageIn,
    SearchIn,
    SettlementIn,
    UploadContextIn,
)
from doorward.doors.http.problems import KINDS, MEDIA_TYPE

DESCRIPTION = """
The door by which a platform asks Doorward about uploads, messages, contacts, accounts, links and
searches before they reach anyone. Every answer to a question is 200 with a verdict; read any other
status, and no answer at all, as *hold*.
"""
_SENT: tuple[type[BaseModel], ...] = (
    UploadContextIn,
    MessageIn,
    ContactIn,
    AccountIn,
    LinkIn,
    SearchIn,
    SettlementIn,
    AccountFacts,
)
_REF = "#/components/schemas/{model}"
_HEADERS: Mapping[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "How to authenticate.", "schema": {"type": "string"}}},
    403: {"WWW-Authenticate": {"description": "Which scope is missing.", "schema": {"type": "string"}}},
    503: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}

IDEMPOTENCY_PARAMETER: Mapping[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Send the same key with a request that is repeated: it gets the first answer again.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "example": "5f0c3b1e-8f5a-4f0e-9d55-0d6d2f6f4b11",
}
CONTEXT_PARAMETER: Mapping[str, Any] = {
    "name": "Doorward-Context",
    "in": "header",
    "description": "The circumstances of the upload, as JSON in UTF-8; never in the URL.",
    "content": {"application/json": {"schema": {"$ref": _REF.format(model="UploadContextIn")}}},
}
VERDICT_RESPONSE: dict[str, Any] = {
    "model": VerdictOut,
    "description": "The verdict, whatever it is.",
    "headers": {
        "Idempotency-Replayed": {
            "description": "`true` where this answer was given before.",
            "schema": {"type": "string", "enum": ["true"]},
        }
    },
}


def install(app: FastAPI) -> None:
    """Serve the complete document at `/openapi.json`."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the framework's documented way


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem documents that a route may answer with. Every route may answer 500."""
    return {status: _problem(status) for status in (*statuses, 500)}


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """The request body of a route that takes `model`."""
    schema = {"$ref": _REF.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def upload_body() -> dict[str, Any]:
    """The request body of an upload: the file itself, or a form with the file in it."""
    told = UploadContextIn.model_json_schema(ref_template=_REF)["properties"]
    file = {"type": "string", "format": "binary", "description": "The file; its part has a `filename`."}
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": file, **{name: _never_null(schema) for name, schema in told.items()}},
        "additionalProperties": False,
        "description": "Instead of the fields there may be one, `context`, with JSON as in the header.",
    }
    content = {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        "multipart/form-data": {"schema": form},
    }
    return {"requestBody": {"required": False, "content": content}}  # an empty file is a file


def _never_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A form field is there or not; it cannot be null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    return (
        {**rest, **choices[0]} if len(choices) == 1 else {**rest, **({"anyOf": choices} if choices else {})}
    )


def _problem(status: int) -> dict[str, Any]:
    kinds = [kind for kind in KINDS if kind.status == status]
    return {
        "description": "; or: ".join(f"{kind.title} (`{kind.type}`)" for kind in kinds),
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="ProblemOut")}}},
        "headers": _HEADERS.get(status, {}),
    }


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="Doorward", version=__version__, description=DESCRIPTION.strip(), routes=app.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    _, sent = models_json_schema([(model, "validation") for model in _SENT], ref_template=_REF)
    _, told = models_json_schema([(ProblemOut, "serialization")], ref_template=_REF)
    schemas.update({**sent["$defs"], **told["$defs"]})
    return document
