"""Held items: machines hold, a person releases or removes."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from doorward.access import Scope
from doorward.casework.holds import Outcome
from doorward.doors.http.answers import HoldsOut, SettledOut
from doorward.doors.http.authentication import Requires
from doorward.doors.http.fields import IDENTIFIER
from doorward.doors.http.models import SettlementIn
from doorward.doors.http.openapi import json_body, problems
from doorward.doors.http.reading import read_json
from doorward.doors.http.services import services_of

router = APIRouter(tags=["holds"], dependencies=[Depends(Requires(Scope.HOLDS))])

VerdictId = Annotated[str, Path(min_length=1, max_length=40, pattern=IDENTIFIER, examples=["v_4f1d0c2b"])]
_SETTLING: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"model": SettledOut}, **problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)},
    "openapi_extra": json_body(SettlementIn),
}


@router.get(
    "/v1/holds",
    summary="What is held",
    response_class=Response,
    responses={200: {"model": HoldsOut}, **problems(401, 403, 404, 422, 503)},
)
async def list_holds(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[str | None, Query(min_length=1, max_length=40, pattern=IDENTIFIER)] = None,
) -> Response:
    """Items that wait for a person, the longest waiting first. Needs the scope `holds`."""
    items = await services_of(request).holds.waiting(limit, after)
    following = items[-1].verdict if len(items) == limit else None
    return JSONResponse(jsonable_encoder({"holds": [asdict(item) for item in items], "next": following}))


@router.post("/v1/holds/{verdict}/release", summary="Let a held item in", **_SETTLING)
async def release_hold(verdict: VerdictId, request: Request) -> Response:
    """The person named in `by` decided that the item may appear. The platform is told. Needs the scope
    `holds`.
    """
    return await _settle(verdict, Outcome.RELEASED, request)


@router.post("/v1/holds/{verdict}/remove", summary="Take a held item away", **_SETTLING)
async def remove_hold(verdict: VerdictId, request: Request) -> Response:
    """The person named in `by` decided that the item may not appear. The platform is told. Needs the
    scope `holds`.
    """
    return await _settle(verdict, Outcome.REMOVED, request)


async def _settle(verdict: str, outcome: Outcome, request: Request) -> Response:
    order = await read_json(request, SettlementIn)
    settled = await services_of(request).holds.settle(verdict, outcome, order.by, order.reason)
    return JSONResponse(jsonable_encoder(asdict(settled)))
