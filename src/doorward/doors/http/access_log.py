"""One line and one count for each request, and nothing of what it said.

A path holds account ids, a query holds whatever people put there, so neither is logged: the route's
template says which door was used. Exceptions are logged by type and place, since their messages may
quote content.
"""

import traceback
from time import perf_counter

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from doorward.doors.http.metrics import Metrics
from doorward.doors.http.problems import INTERNAL, Problem, respond

log = structlog.get_logger(__name__)

NO_ROUTE = "(none)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


class AccessLog:
    """The outermost layer: counts, logs, and answers what nobody expected."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        passage = _Passage(receive, send)
        try:
            await self._app(scope, passage.receive, passage.send)
        except Exception as error:
            _log_failure(error)
            if passage.status is None:
                problem = Problem(INTERNAL, "Something failed that should not. It is in the server's log.")
                await respond(problem, scope["path"])(scope, passage.receive, passage.send)
        finally:
            self._record(scope, passage)

    def _record(self, scope: Scope, passage: "_Passage") -> None:
        route = getattr(scope.get("route"), "path_format", NO_ROUTE)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        status = passage.status or 499  # nobody was there to hear an answer
        seconds = perf_counter() - passage.began_s
        self._metrics.request(method, route, status, seconds)
        log.info(
            "request",
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            bytes_in=passage.bytes_in,
            bytes_out=passage.bytes_out,
        )


class _Passage:
    """One request on its way through, with what is to be told of it."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.began_s = perf_counter()
        self.status: int | None = None
        self.bytes_in = 0
        self.bytes_out = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self.bytes_in += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.bytes_out += len(message.get("body", b""))
        await self._send(message)


def _log_failure(error: Exception) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    log.error("unexpected exception", type=type(error).__name__, places=places)
