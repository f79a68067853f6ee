"""Reading a request with care: the right type, within limits, and no longer than somebody sends."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from doorward.doors.http.fields import ReadingRules
from doorward.doors.http.problems import (
    BODY_STALLED,
    INVALID,
    MALFORMED,
    QUERY_REFUSED,
    TOO_LARGE,
    WRONG_TYPE,
    FieldError,
    Problem,
)
from doorward.doors.http.services import HttpServices, services_of

Model = TypeVar("Model", bound=BaseModel)

SILENCE_LIMIT_S = 30.0  # a client that sends nothing for so long gets its memory taken back
MOST_ERRORS = 20  # a body of nothing but unknown fields must not be answered by a list of them all


def too_large(what: str, limit: int, setting: str) -> Problem:
    """The 413 for `what`."""
    return Problem(TOO_LARGE, f"{what} is larger than {limit} bytes (`{setting}`). Nothing of it was kept.")


def refuse_query(request: Request) -> None:
    """What is sent in a URL ends up in logs along the way, so nothing is taken from it."""
    if request.scope["query_string"]:
        raise Problem(
            QUERY_REFUSED,
            "Query parameters are not taken here, since URLs are logged. Send context in the header "
            "`Doorward-Context`, in form fields or in the JSON body.",
        )


def single_header(request: Request, name: str) -> str | None:
    """A header that may be there once; as Latin-1, the way it travelled."""
    values = request.headers.getlist(name)
    if len(values) > 1:
        raise Problem(MALFORMED, f"The header `{name}` is there {len(values)} times. Send it once.")
    return values[0] if values else None


def declared_length(request: Request) -> int | None:
    """`Content-Length`, where the client knew it."""
    value = request.headers.get("content-length")
    return int(value) if value is not None and value.isdecimal() else None


async def chunks(request: Request) -> AsyncIterator[bytes]:
    """The body as it arrives. Raises `ClientDisconnect` where it ends early."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE_LIMIT_S):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise Problem(
                BODY_STALLED, f"Nothing arrived for {SILENCE_LIMIT_S:g} s. Send the request again."
            ) from None
        if chunk is None:
            return
        if chunk:
            yield chunk


async def read_json(request: Request, model: type[Model]) -> Model:
    """The JSON body of `request`, checked."""
    return parse(model, await read_json_bytes(request), rules(services_of(request)))


async def read_json_bytes(request: Request) -> bytes:
    """The bytes of a JSON body within the limit; on the budget until they are all there."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(WRONG_TYPE, "The body must be JSON, with the header `Content-Type: application/json`.")
    services = services_of(request)
    limit = services.settings.max_json_bytes
    problem = too_large("The JSON body", limit, "http.max_json_bytes")
    if (declared_length(request) or 0) > limit:
        raise problem
    data = bytearray()
    with services.budget.lease(0) as lease:
        async for chunk in chunks(request):
            if len(data) + len(chunk) > limit:
                raise problem
            lease.cover(len(data) + len(chunk))
            data += chunk
    return bytes(data)


def rules(services: HttpServices) -> ReadingRules:
    """The rules of this moment."""
    skew = timedelta(seconds=services.settings.clock_skew_s)
    return ReadingRules(latest=services.clock.now() + skew)


def parse(model: type[Model], data: bytes, reading: ReadingRules, where: str = "The body") -> Model:
    """`data` as `model`. `where` begins the sentence of the error."""
    try:
        return model.model_validate_json(data, context=reading)
    except ValidationError as error:
        raise explain(error, where) from None


def explain(error: ValidationError, where: str) -> Problem:
    """The problem for JSON that is none, or for fields that cannot be used."""
    details = error.errors(include_url=False, include_input=False)
    if details[0]["type"] == "json_invalid":
        return Problem(MALFORMED, f"{where} is not valid JSON ({details[0]['ctx']['error']}).")
    return field_problem(details, where)


def field_problem(details: Sequence[Mapping[str, Any]], where: str) -> Problem:
    """The problem that names every field which cannot be used, and never its value."""
    errors = tuple(
        FieldError(_name(each["loc"]), _message(each["type"], each["msg"])) for each in details[:MOST_ERRORS]
    )
    listed = "; ".join(
        f"`{each.field}` {each.message}" if each.field else each.message for each in errors[:5]
    )
    detail = f"{where} has {len(details)} field(s) that cannot be used: {listed}."
    return Problem(INVALID, detail, errors=errors)


def _name(location: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in location)[:200]


def _message(kind: str, message: str) -> str:
    mend = {
        "extra_forbidden": "is not a field that is known here; check its spelling, or leave it out",
        "missing": "is missing; add it",
        "string_pattern_mismatch": "has characters that are not permitted here, or not the form asked for",
    }
    message = message.removeprefix("Value error, ")
    return mend.get(kind) or message[:1].lower() + message[1:]
