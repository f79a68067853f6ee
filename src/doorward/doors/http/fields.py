"""The types of single fields: what a caller may write in them, and the error where they wrote otherwise."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

# Control characters break logs, terminals and PostgreSQL (NUL); U+FFFD is what is left of bytes
# that were not UTF-8, so that two different accounts could look alike.
IDENTIFIER = r"^[^\u0000-\u001f\u007f-\u009f\ufffd]+$"
NO_NUL = r"^[^\u0000]*$"

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EXAMPLE_TIME = "2026-01-15T11:59:58Z"


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What validation needs to know of the moment; given to pydantic as its context."""

    latest: datetime  # a time after this one lies in the future


def _read_moment(value: object, info: ValidationInfo) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("moment", f'must be a string such as "{_EXAMPLE_TIME}"')
    if not _RFC3339.fullmatch(value):
        raise PydanticCustomError(
            "moment", f'must be an RFC 3339 time with its offset from UTC, such as "{_EXAMPLE_TIME}"'
        )
    try:
        moment = datetime.fromisoformat(_six_decimals(value.upper())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "is not a moment that exists in the calendar") from None
    if isinstance(info.context, ReadingRules) and moment > info.context.latest:
        raise PydanticCustomError(
            "moment",
            "lies in the future; send the time at which it happened, and check the clocks of both servers",
        )
    return moment


def _six_decimals(text: str) -> str:
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def _read_ip(value: str) -> str:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        address = None
    if address is None or "%" in value:
        raise PydanticCustomError(
            "ip", "must be an IPv4 or IPv6 address without port or zone, such as 203.0.113.7"
        )
    return str(address)


Moment = Annotated[
    datetime,
    BeforeValidator(_read_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [_EXAMPLE_TIME]}),
]
IpAddress = Annotated[
    str,
    Field(max_length=45),
    AfterValidator(_read_ip),
    WithJsonSchema({"anyOf": [{"type": "string", "format": kind} for kind in ("ipv4", "ipv6")]}),
]
Identifier = Annotated[str, Field(min_length=1, max_length=255, pattern=IDENTIFIER)]
Surface = Annotated[str, Field(min_length=1, max_length=100, pattern=IDENTIFIER)]
Filename = Annotated[str, Field(min_length=1, max_length=255, pattern=NO_NUL)]
Jurisdiction = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["GB"])]
Birth = Annotated[str, Field(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$")]
PersonName = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Email = Annotated[str, Field(min_length=3, max_length=320, pattern=NO_NUL)]
Phone = Annotated[str, Field(min_length=3, max_length=40, pattern=NO_NUL)]
