"""Account facts: what the platform lends about an account, so that a report can be complete.

The shapes follow what authorities take (the CyberTipline API's `ipCaptureEvent`, `deviceId`, contact
points), so that reporting only has to translate. An unknown field is refused: a
misspelt one would be missing from a report, and nobody would know.
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyAddress,
    StrictBool,
    WithJsonSchema,
)
from sqlalchemy import Connection, delete, select

from doorward.casework.errors import FactsTooLarge
from doorward.evidence import MasterKey
from doorward.storage.tables import account_facts
from doorward.storage.upsert import insert

MAX_FACTS_BYTES = 1024 * 1024

# No `\s`: which characters it means differs between the checkers that read the published schema.
_EMAIL = r"^[^@\u0000-\u0020\u007f-\u00a0]+@[^@\u0000-\u0020\u007f-\u00a0]+$"
_DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:", re.ASCII)

Name = Annotated[str, Field(min_length=1, max_length=255)]
Identifier = Annotated[str, Field(min_length=1, max_length=2_083)]


def _written_out(value: object) -> object:
    """A bare number would be taken for seconds since 1970, which nobody promised to anybody."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE_AND_TIME.match(value)):
        return value
    raise ValueError('must be a time with its offset from UTC, such as "2026-01-15T11:59:58Z"')


def _a_number(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("must be a number")
    return value


def _a_text(value: object) -> object:
    if isinstance(value, bool | int | float):  # 1 would be taken for 0.0.0.1
        raise ValueError("must be an IPv4 or IPv6 address as a string")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
IpAddress = Annotated[
    IPvAnyAddress,
    BeforeValidator(_a_text),
    WithJsonSchema({"anyOf": [{"type": "string", "format": kind} for kind in ("ipv4", "ipv6")]}),
]

Port = Annotated[int, Field(ge=1, le=65_535), BeforeValidator(_a_number)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventName(StrEnum):
    """On what occasion an address or a device was seen."""

    LOGIN = "login"
    REGISTRATION = "registration"
    PURCHASE = "purchase"
    UPLOAD = "upload"
    OTHER = "other"
    UNKNOWN = "unknown"


class Email(_Part):
    """An e-mail address of the account."""

    address: Annotated[str, Field(min_length=3, max_length=255, pattern=_EMAIL)]
    verified: StrictBool | None = None
    verified_at: Moment | None = None


class Phone(_Part):
    """A telephone number of the account."""

    number: Annotated[str, Field(min_length=1, max_length=50)]
    country_calling_code: Annotated[str, Field(pattern=r"^\+[0-9]{1,3}$")] | None = None
    verified: StrictBool | None = None
    verified_at: Moment | None = None


class IpEvent(_Part):
    """The account was seen at a network address."""

    ip: IpAddress
    at: Moment | None = None
    event: EventName = EventName.UNKNOWN
    port: Port | None = None
    possible_proxy: StrictBool | None = None


class DeviceEvent(_Part):
    """The account was seen on a device; `id_type` names the kind of id ("IMEI", "advertising id")."""

    id_type: Name
    id_value: Identifier
    at: Moment | None = None
    event: EventName = EventName.UNKNOWN


class KnownContact(_Part):
    """Another account that this one has to do with."""

    account: Name
    relation: Name | None = None  # the platform's own word: "friend", "blocked", "same household"
    since: Moment | None = None


class RecentMessage(_Part):
    """One message around a finding. Its text is content: it is kept only here, encrypted, briefly."""

    conversation: Name
    sender: Name
    sent_at: Moment
    text: Annotated[str, Field(max_length=20_000)]
    message_id: Name | None = None
    recipients: Annotated[tuple[Name, ...], Field(max_length=200)] = ()


class AccountFacts(_Part):
    """Everything a platform may tell of an account. What it leaves out is unknown, never assumed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "names": ["Sam Example"],
                    "born": "1990",
                    "emails": [{"address": "sam@example.org", "verified": True}],
                    "ip_events": [{"ip": "203.0.113.7", "at": "2026-01-15T11:59:58Z", "event": "upload"}],
                }
            ]
        }
    )

    names: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    screen_names: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    born: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None
    created_at: Moment | None = None
    profile_url: Identifier | None = None
    emails: Annotated[tuple[Email, ...], Field(max_length=20)] = ()
    phones: Annotated[tuple[Phone, ...], Field(max_length=20)] = ()
    contacts: Annotated[tuple[KnownContact, ...], Field(max_length=1_000)] = ()
    ip_events: Annotated[tuple[IpEvent, ...], Field(max_length=1_000)] = ()
    device_events: Annotated[tuple[DeviceEvent, ...], Field(max_length=1_000)] = ()
    recent_messages: Annotated[tuple[RecentMessage, ...], Field(max_length=500)] = ()
    notes: Annotated[str, Field(max_length=10_000)] | None = None


def put(
    connection: Connection,
    key: MasterKey,
    account: str,
    facts: AccountFacts,
    *,
    now: datetime,
    keep_until: datetime,
) -> None:
    """Keep `facts` encrypted until `keep_until`, in place of what was known of `account` before.

    Raises `FactsTooLarge`.
    """
    plaintext = facts.model_dump_json(exclude_defaults=True).encode()
    if len(plaintext) > MAX_FACTS_BYTES:
        raise FactsTooLarge(
            f"the facts of one account may have {MAX_FACTS_BYTES} bytes, and these have {len(plaintext)}. "
            "Send fewer messages and events: those around the finding."
        )
    row = {"ciphertext": key.seal(plaintext, _context(account)), "received_at": now, "keep_until": keep_until}
    order = insert(connection, account_facts).values(account=account, **row)
    connection.execute(order.on_conflict_do_update(index_elements=["account"], set_=row))


def get(connection: Connection, key: MasterKey, account: str, *, now: datetime) -> AccountFacts | None:
    """What is known of `account`; what is past its clock counts as gone. Raises `MasterKeyWrong`."""
    query = select(account_facts.c.ciphertext).where(
        account_facts.c.account == account, account_facts.c.keep_until > now
    )
    ciphertext = connection.execute(query).scalar_one_or_none()
    if ciphertext is None:
        return None
    return AccountFacts.model_validate_json(key.unseal(ciphertext, _context(account)))


def forget(connection: Connection, account: str) -> bool:
    """Delete what is known of `account`; whether there was anything."""
    return connection.execute(delete(account_facts).where(account_facts.c.account == account)).rowcount > 0


def _context(account: str) -> str:
    return f"account-facts:{account}"
