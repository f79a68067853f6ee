"""Who is calling, and may they: checked before a byte of the body is read."""

from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from doorward.access import ApiKey, Scope
from doorward.doors.http.problems import KEY_REQUIRED, SCOPE_MISSING, Problem
from doorward.doors.http.services import services_of

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="ApiKey",
    bearerFormat="dw_…",
    description="An API key, made with `doorward keys create`. Each route names the scope it needs.",
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


class Requires:
    """Dependency: the key of the caller, which must carry `scope`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def __call__(self, request: Request, credentials: Credentials) -> ApiKey:
        if credentials is None:
            raise _unauthorized("Send the header `Authorization: Bearer dw_…` with an API key.", "")
        key = await services_of(request).keys.lookup(credentials.credentials)
        if key is None:
            raise _unauthorized(
                "This API key is not known, or it was revoked. Make one with `doorward keys create`.",
                ', error="invalid_token"',
            )
        if not key.allows(self._scope):
            raise Problem(
                SCOPE_MISSING,
                f"The API key {key.id} does not carry the scope `{self._scope}`. Use a key made for it.",
                headers=_challenge(f', error="insufficient_scope", scope="{self._scope}"'),
            )
        return key


def _unauthorized(detail: str, error: str) -> Problem:
    return Problem(KEY_REQUIRED, detail, headers=_challenge(error))


def _challenge(error: str) -> dict[str, str]:
    """RFC 6750 §3."""
    return {"WWW-Authenticate": f'Bearer realm="doorward"{error}'}
