"""`GET /v1/verdicts/{verdict}`: a verdict of the past."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from doorward.access import Scope
from doorward.doors.http.answers import RecordedVerdictOut
from doorward.doors.http.authentication import Requires
from doorward.doors.http.fields import IDENTIFIER
from doorward.doors.http.openapi import problems
from doorward.doors.http.problems import NOT_FOUND, Problem
from doorward.doors.http.services import services_of

router = APIRouter(tags=["verdicts"], dependencies=[Depends(Requires(Scope.VERDICTS))])


@router.get(
    "/v1/verdicts/{verdict}",
    summary="Read a verdict",
    response_class=Response,
    responses={200: {"model": RecordedVerdictOut}, **problems(401, 403, 404, 422, 503)},
)
async def get_verdict(
    verdict: Annotated[str, Path(min_length=1, max_length=40, pattern=IDENTIFIER, examples=["v_4f1d0c2b"])],
    request: Request,
) -> Response:
    """What was decided and why, and what became of it. Of what was allowed without any finding nothing
    is kept. Needs the scope `verdicts`.
    """
    found = await services_of(request).verdicts.find(verdict)
    if found is None:
        raise Problem(NOT_FOUND, "No verdict with this id is kept. Of what was allowed, few are.")
    return JSONResponse(dict(found))
