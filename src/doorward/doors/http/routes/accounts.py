"""Account facts: what the platform lends about an account, on its own or when asked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from doorward.access import Scope
from doorward.casework.facts import AccountFacts
from doorward.doors.http.authentication import Requires
from doorward.doors.http.fields import IDENTIFIER
from doorward.doors.http.openapi import json_body, problems
from doorward.doors.http.problems import NOT_FOUND, Problem
from doorward.doors.http.reading import read_json
from doorward.doors.http.services import services_of

router = APIRouter(tags=["facts"], dependencies=[Depends(Requires(Scope.FACTS))])

ADDRESS = "/v1/accounts/{account:path}/facts"  # an account id may have slashes

AccountId = Annotated[str, Path(min_length=1, max_length=255, pattern=IDENTIFIER, examples=["u-1842"])]
RequestId = Annotated[str, Path(min_length=1, max_length=40, pattern=IDENTIFIER, examples=["x_4f1d0c2b"])]


@router.put(
    ADDRESS,
    summary="Tell what is known of an account",
    status_code=204,
    responses=problems(400, 401, 403, 408, 413, 415, 422, 503),
    openapi_extra=json_body(AccountFacts),
)
async def put_facts(account: AccountId, request: Request) -> Response:
    """Keeps the facts, encrypted, in place of what was known before. Reports are only as complete as
    these. Needs the scope `facts`.
    """
    facts = await read_json(request, AccountFacts)
    await services_of(request).facts.put(account, facts)
    return Response(status_code=204)


@router.get(
    ADDRESS,
    summary="Read what is known of an account",
    response_class=Response,
    responses={200: {"model": AccountFacts}, **problems(401, 403, 404, 422, 503)},
)
async def get_facts(account: AccountId, request: Request) -> Response:
    """What the platform told and has not expired. Needs the scope `facts`."""
    facts = await services_of(request).facts.get(account)
    if facts is None:
        raise _nothing_known()
    return JSONResponse(facts.model_dump(mode="json", exclude_defaults=True))


@router.delete(
    ADDRESS,
    summary="Forget what is known of an account",
    status_code=204,
    responses=problems(401, 403, 404, 422, 503),
)
async def delete_facts(account: AccountId, request: Request) -> Response:
    """Deletes the facts; evidence and cases stay. Needs the scope `facts`."""
    if not await services_of(request).facts.forget(account):
        raise _nothing_known()
    return Response(status_code=204)


@router.post(
    "/v1/context/{request_id}",
    summary="Reply to a context.requested webhook",
    status_code=204,
    responses=problems(400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 503),
    openapi_extra=json_body(AccountFacts),
)
async def reply_with_context(request_id: RequestId, request: Request) -> Response:
    """Takes the facts for the account that the webhook named; once. Needs the scope `facts`."""
    facts = await read_json(request, AccountFacts)
    await services_of(request).facts.answer(request_id, facts)
    return Response(status_code=204)


def _nothing_known() -> Problem:
    return Problem(NOT_FOUND, "Nothing is known of this account.")
