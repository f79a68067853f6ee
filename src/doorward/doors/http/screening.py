"""Asking the gate, once for each request that says which one it is."""

import re
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import JSONResponse

from doorward.access import ApiKey
from doorward.access.idempotency import AlreadyAnswered, Claim, StoredAnswer, fingerprint
from doorward.doors.http.problems import MALFORMED, UNAVAILABLE, Problem
from doorward.doors.http.reading import single_header
from doorward.doors.http.services import HttpServices, Reservation
from doorward.subjects import Subject
from doorward.wire import verdict_to_json

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that may be one of several attempts at the same thing."""

    api_key_id: str
    key: str
    address: bytes  # method and path

    def claim(self, *parts: bytes) -> Claim:
        """The claim of the request whose content is `parts`."""
        return Claim(self.api_key_id, self.key, fingerprint(self.address, *parts))


def attempt_of(request: Request, caller: ApiKey) -> Attempt | None:
    """What the header `Idempotency-Key` says, or `None` where there is none."""
    key = single_header(request, HEADER)
    if key is None:
        return None
    if not _VISIBLE_ASCII.fullmatch(key):
        raise Problem(
            MALFORMED, f"The header `{HEADER}` must be 1 to 255 visible ASCII characters, such as a UUID."
        )
    return Attempt(caller.id, key, f"{request.method} {request.url.path}".encode())


async def screen(
    services: HttpServices,
    subject: Subject,
    claim: Claim | None,
    reservation: Reservation | None = None,
) -> JSONResponse:
    """The gate's answer about `subject`, or the one it gave before to the same request."""
    if claim is not None and (stored := await services.answers.find(claim)) is not None:
        return _replay(stored)
    try:
        verdict = await services.gate.screen(subject, reservation=reservation, claim=claim)
    except AlreadyAnswered:
        return await _answer_of_the_other(services, claim)
    services.metrics.verdict(verdict)
    return JSONResponse(verdict_to_json(verdict))


async def _answer_of_the_other(services: HttpServices, claim: Claim | None) -> JSONResponse:
    stored = None if claim is None else await services.answers.find(claim)
    if stored is None:
        raise Problem(
            UNAVAILABLE, "The same request was answered elsewhere and its answer is gone. Send it again."
        )
    return _replay(stored)


def _replay(stored: StoredAnswer) -> JSONResponse:
    return JSONResponse(dict(stored.response), stored.status, {REPLAYED: "true"})
