"""`GET /v1/lists`: the hash lists in force."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from doorward.access import Scope
from doorward.doors.http.answers import ListsOut
from doorward.doors.http.authentication import Requires
from doorward.doors.http.openapi import problems
from doorward.doors.http.services import services_of
from doorward.lists.live import LiveList

router = APIRouter(tags=["lists"], dependencies=[Depends(Requires(Scope.LISTS))])


@router.get(
    "/v1/lists",
    summary="The lists in force",
    response_class=Response,
    responses={200: {"model": ListsOut}, **problems(401, 403, 503)},
)
async def get_lists(request: Request) -> Response:
    """Name, source, terms, version and state of every list; never its entries. Needs the scope `lists`."""
    services = services_of(request)
    now = services.clock.now()
    lists = [_as_json(live, now) for _, live in sorted(services.lists.current().items())]
    return JSONResponse({"lists": lists})


def _as_json(live: LiveList, now: datetime) -> dict[str, Any]:
    return {
        **live.details.as_json(),
        "version": live.version,
        "entries": None if live.snapshot is None else len(live.snapshot),
        "state": live.state(now),
        "problem": live.problem,
    }
