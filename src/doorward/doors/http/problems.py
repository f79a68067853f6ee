"""Errors as RFC 9457 problem documents: what was wrong, where, and how to mend it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fastapi.responses import JSONResponse

from doorward.verdicts import Decision

MEDIA_TYPE = "application/problem+json"
SCREEN_PREFIX = "/v1/screen/"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. `slug` is the last part of its `type`, which never changes."""

    slug: str
    status: int
    title: str

    @property
    def type(self) -> str:
        """The `type` member: a relative reference that the documentation explains."""
        return f"/problems/{self.slug}"


MALFORMED = Kind("malformed", 400, "The request cannot be read")
QUERY_REFUSED = Kind("query-refused", 400, "This address takes no query parameters")
KEY_REQUIRED = Kind("key-required", 401, "An API key is needed")
SCOPE_MISSING = Kind("scope-missing", 403, "The API key does not carry the scope")
NOT_FOUND = Kind("not-found", 404, "There is no such thing")
METHOD_REFUSED = Kind("method-refused", 405, "The method is not supported here")
BODY_STALLED = Kind("body-stalled", 408, "The body stopped arriving")
CONFLICT = Kind("conflict", 409, "The state does not permit this")
GONE = Kind("too-late", 410, "The time for this is over")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
WRONG_TYPE = Kind("wrong-type", 415, "The content type is not understood here")
INVALID = Kind("invalid", 422, "The request has fields that cannot be used")
KEY_REUSED = Kind("idempotency-key-reused", 422, "The Idempotency-Key belongs to another request")
HEADER_TOO_LARGE = Kind("header-too-large", 431, "A header is too large")
INTERNAL = Kind("internal", 500, "Doorward made a mistake")
OVERLOADED = Kind("overloaded", 503, "Too much is in flight")
UNAVAILABLE = Kind("unavailable", 503, "Doorward cannot answer now")

KINDS: tuple[Kind, ...] = (
    MALFORMED,
    QUERY_REFUSED,
    KEY_REQUIRED,
    SCOPE_MISSING,
    NOT_FOUND,
    METHOD_REFUSED,
    BODY_STALLED,
    CONFLICT,
    GONE,
    TOO_LARGE,
    WRONG_TYPE,
    INVALID,
    KEY_REUSED,
    HEADER_TOO_LARGE,
    INTERNAL,
    OVERLOADED,
    UNAVAILABLE,
)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that cannot be used. Never carries the value: values are content."""

    field: str
    message: str


class Problem(Exception):
    """Raised anywhere on the way of a request; answered as a problem document."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})


def respond(problem: Problem, path: str) -> JSONResponse:
    """The answer to a request for `path` that met `problem`.

    Where screening itself failed the answer says `hold`: a client that only looks at `decision`
    must not let the item in.
    """
    kind = problem.kind
    body: dict[str, Any] = {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = [asdict(error) for error in problem.errors]
    if kind.status >= 500 and path.startswith(SCREEN_PREFIX):
        body["decision"] = Decision.HOLD
    return JSONResponse(body, kind.status, problem.headers, MEDIA_TYPE)
