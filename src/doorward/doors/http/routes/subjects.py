"""`POST /v1/screen/{message,contact,account,link,search}`: subjects that are sent as JSON."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from doorward.access import ApiKey, Scope
from doorward.doors.http.authentication import Requires
from doorward.doors.http.models import AccountIn, ContactIn, LinkIn, MessageIn, SearchIn, SubjectIn
from doorward.doors.http.openapi import IDEMPOTENCY_PARAMETER, VERDICT_RESPONSE, json_body, problems
from doorward.doors.http.reading import parse, read_json_bytes, refuse_query, rules
from doorward.doors.http.screening import attempt_of, screen
from doorward.doors.http.services import services_of

router = APIRouter(tags=["screen"])

MODELS: tuple[type[SubjectIn], ...] = (MessageIn, ContactIn, AccountIn, LinkIn, SearchIn)


def _add(model: type[SubjectIn]) -> None:
    async def screen_subject(
        request: Request,
        caller: Annotated[ApiKey, Depends(Requires(Scope.SCREEN))],
    ) -> Response:
        refuse_query(request)
        attempt = attempt_of(request, caller)
        services = services_of(request)
        data = await read_json_bytes(request)
        subject = parse(model, data, rules(services)).subject()
        return await screen(services, subject, None if attempt is None else attempt.claim(data))

    router.add_api_route(
        f"/v1/screen/{model.kind}",
        screen_subject,
        methods=["POST"],
        name=f"screen_{model.kind}",
        summary=f"Screen a {model.kind}" if model.kind != "account" else "Screen an account",
        description=f"{model.__doc__} Needs the scope `screen`.",
        response_class=Response,
        responses={200: VERDICT_RESPONSE, **problems(400, 401, 403, 408, 413, 415, 422, 503)},
        openapi_extra={"parameters": [IDEMPOTENCY_PARAMETER], **json_body(model)},
    )


for _model in MODELS:
    _add(_model)
