"""Who may do what. First room: API keys, their scopes, and answers to repeated requests."""

from doorward.access.keys import (
    ApiKey,
    BadKeyName,
    NewKey,
    NoSuchKey,
    Scope,
    create_key,
    list_keys,
    revoke_key,
)
from doorward.access.ring import KeyRing

__all__ = [
    "ApiKey",
    "BadKeyName",
    "KeyRing",
    "NewKey",
    "NoSuchKey",
    "Scope",
    "create_key",
    "list_keys",
    "revoke_key",
]
