"""API keys: what a platform's servers show at the door.

A token is 256 random bits and is kept as its SHA-256 only, so a stolen database opens no door. A slow
password hash would add nothing against such tokens, and no comparison here takes longer for a better
guess: a token is looked up by its hash, whose bits a guesser cannot steer.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, select, update

from doorward.ids import new_id
from doorward.storage.tables import api_keys

TOKEN_PREFIX = "dw_"  # noqa: S105 - lets secret scanners recognise a leaked key

NAME_LENGTH = 100


class Scope(StrEnum):
    """What a key may be used for. `admin` implies all."""

    SCREEN = "screen"
    FACTS = "facts"
    HOLDS = "holds"
    LISTS = "lists"
    VERDICTS = "verdicts"
    ADMIN = "admin"


class BadKeyName(ValueError):
    """The name of a new key cannot be stored."""


class NoSuchKey(Exception):
    """There is no key with this id."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. The token exists here only: it cannot be shown again."""

    id: str
    token: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is known afterwards."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    revoked_at: datetime | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether the key may be used for `scope`."""
        return self.revoked_at is None and not self.scopes.isdisjoint({scope, Scope.ADMIN})


def create_key(connection: Connection, *, name: str, scopes: Iterable[Scope], now: datetime) -> NewKey:
    """Make a key. `name` tells people whose it is; it need not be unique. Raises `BadKeyName`."""
    if not name.strip() or not name.isprintable() or len(name) > NAME_LENGTH:
        raise BadKeyName(f"a key's name is 1 to {NAME_LENGTH} printable characters, e.g. `upload-service`.")
    key = NewKey(new_id("k"), TOKEN_PREFIX + secrets.token_urlsafe(32))
    connection.execute(
        api_keys.insert().values(
            id=key.id,
            name=name,
            secret_sha256=token_hash(key.token),
            scopes=sorted(set(scopes)),
            created_at=now,
        )
    )
    return key


def revoke_key(connection: Connection, key_id: str, now: datetime) -> None:
    """End a key. Ending it again changes nothing. Raises `NoSuchKey`."""
    live = api_keys.c.revoked_at.is_(None)
    ended = connection.execute(update(api_keys).where(api_keys.c.id == key_id, live).values(revoked_at=now))
    if ended.rowcount == 0 and not _exists(connection, key_id):
        raise NoSuchKey(f"there is no key {key_id}. `doorward keys list` shows those there are.")


def list_keys(connection: Connection) -> tuple[ApiKey, ...]:
    """All keys, the revoked too, oldest first."""
    rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id))
    return tuple(_key(row) for row in rows)


def live_keys(connection: Connection) -> dict[str, ApiKey]:
    """The keys that open the door now, by the hash of their token."""
    rows = connection.execute(select(api_keys).where(api_keys.c.revoked_at.is_(None)))
    return {row.secret_sha256: _key(row) for row in rows}


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _exists(connection: Connection, key_id: str) -> bool:
    return connection.execute(select(api_keys.c.id).where(api_keys.c.id == key_id)).first() is not None


def _key(row: Row[*tuple[object, ...]]) -> ApiKey:
    # A scope that this version does not know (a newer one wrote it) permits nothing here.
    scopes = frozenset(scope for scope in Scope if scope in row.scopes)
    return ApiKey(row.id, row.name, scopes, row.created_at, row.revoked_at)
