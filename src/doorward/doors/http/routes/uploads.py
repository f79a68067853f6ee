"""`POST /v1/screen/upload`: a file, as the raw body or in a form."""

import asyncio
import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from doorward.access import ApiKey, Scope
from doorward.doors.http.authentication import Requires
from doorward.doors.http.openapi import (
    CONTEXT_PARAMETER,
    IDEMPOTENCY_PARAMETER,
    VERDICT_RESPONSE,
    problems,
    upload_body,
)
from doorward.doors.http.reading import refuse_query
from doorward.doors.http.receiving import Received, receive
from doorward.doors.http.screening import attempt_of, screen
from doorward.doors.http.services import services_of

router = APIRouter(tags=["screen"])


@router.post(
    "/v1/screen/upload",
    summary="Screen an upload",
    response_class=Response,
    responses={200: VERDICT_RESPONSE, **problems(400, 401, 403, 408, 413, 422, 431, 503)},
    openapi_extra={"parameters": [CONTEXT_PARAMETER, IDEMPOTENCY_PARAMETER], **upload_body()},
)
async def screen_upload(
    request: Request,
    caller: Annotated[ApiKey, Depends(Requires(Scope.SCREEN))],
) -> Response:
    """May this file be let in? Send it as the raw body, of any type, or as the one file of a form.

    Context goes into the header `Doorward-Context`, into the form's fields, or into one form field
    `context` with JSON. Of a body that does not arrive whole, nothing is recorded. Needs the scope
    `screen`.
    """
    refuse_query(request)
    attempt = attempt_of(request, caller)
    services = services_of(request)
    async with receive(request, services) as received:
        claim = None if attempt is None else attempt.claim(*await _identity(received))
        return await screen(services, received.upload, claim, received.reservation)


async def _identity(received: Received) -> tuple[bytes, ...]:
    """What makes two uploads the same request; a form's boundary, for one, does not."""
    upload = received.upload
    digest = await asyncio.to_thread(lambda: hashlib.sha256(upload.body.view()).digest())
    return received.context.model_dump_json().encode(), (upload.declared_type or "").encode(), digest
