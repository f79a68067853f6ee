"""Whatever is raised on the way of a request, as a problem document."""

from collections.abc import Mapping, Sequence

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Match

from doorward.access.idempotency import KeyReused
from doorward.casework.errors import (
    ContextAnswered,
    ContextTooLate,
    ContextUnknown,
    FactsTooLarge,
    HoldConflict,
    HoldUnknown,
    NotHeld,
    SettlementIncomplete,
)
from doorward.doors.http.problems import (
    CONFLICT,
    GONE,
    INVALID,
    KEY_REUSED,
    MALFORMED,
    METHOD_REFUSED,
    NOT_FOUND,
    TOO_LARGE,
    UNAVAILABLE,
    Kind,
    Problem,
    respond,
)
from doorward.doors.http.reading import field_problem
from doorward.doors.http.services import services_of
from doorward.gate import GateUnavailable
from doorward.lists.catalogue import CatalogueNotLoaded
from doorward.storage import DatabaseUnavailable

CLIENT_GONE = 499  # nobody hears it; for the log and the figures
RETRY_AFTER_S = 5
AWAY = (
    "A part of Doorward that the answer needs is away; the server's log says which. "
    "Send the request again; until it is answered, hold the item."
)

log = structlog.get_logger(__name__)

# What other rooms raise, where their own words explain it well enough.
_KINDS: Mapping[type[Exception], Kind] = {
    KeyReused: KEY_REUSED,
    HoldUnknown: NOT_FOUND,
    NotHeld: CONFLICT,
    HoldConflict: CONFLICT,
    SettlementIncomplete: INVALID,
    FactsTooLarge: TOO_LARGE,
    ContextUnknown: NOT_FOUND,
    ContextAnswered: CONFLICT,
    ContextTooLate: GONE,
}

# A part of the house that cannot be reached now, and will be again.
_ABSENT = (GateUnavailable, DatabaseUnavailable, CatalogueNotLoaded)


def install(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Answer every expected exception; `access_log` answers what nobody expected.

    `routes` are those that `Allow` is made of: the framework hides them once they are included.
    """
    app.state.routes = routes
    app.add_exception_handler(Problem, _answer)
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    for absent in _ABSENT:
        app.add_exception_handler(absent, _answer)
    app.add_exception_handler(ClientDisconnect, _gone)
    for expected in _KINDS:
        app.add_exception_handler(expected, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    return respond(_problem_of(error, request), request.url.path)


async def _gone(request: Request, _error: Exception) -> Response:
    services_of(request).metrics.cut_off()
    return Response(status_code=CLIENT_GONE)


def _problem_of(error: Exception, request: Request) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return _of_framework(error, request)
    if isinstance(error, RequestValidationError):
        return field_problem(error.errors(), "The address")
    if isinstance(error, _ABSENT):
        log.error("unavailable", error=str(error))  # for operators: it names servers and files
        return Problem(UNAVAILABLE, AWAY, headers={"Retry-After": str(RETRY_AFTER_S)})
    kind = next(kind for raised, kind in _KINDS.items() if isinstance(error, raised))
    return Problem(kind, _sentence(error))


def _of_framework(error: HTTPException, request: Request) -> Problem:
    if error.status_code == METHOD_REFUSED.status:
        named = (error.headers or {}).get("Allow", "").split(", ")
        allowed = ", ".join(sorted(_methods_at(request).union(named)))
        return Problem(METHOD_REFUSED, f"Use one of: {allowed}.", headers={"Allow": allowed})
    if error.status_code == NOT_FOUND.status:
        return Problem(NOT_FOUND, "Nothing is at this address. `/openapi.json` lists what there is.")
    return Problem(MALFORMED, "The request cannot be understood.")


def _methods_at(request: Request) -> set[str]:
    """All methods at the path, where the framework names those of the first route that fits."""
    fitting = (r for r in request.app.state.routes if r.matches(request.scope)[0] is not Match.NONE)
    return set().union(*(getattr(route, "methods", None) or () for route in fitting))


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:].removesuffix(".") + "."
