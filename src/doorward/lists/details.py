"""The particulars of a list: where it comes from, what it is of, how long it may be used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from doorward.findings import Code
from doorward.lists.errors import DetailsError
from doorward.lists.showable import unshowable

CANARY_NAME = "canary"
"""The built-in list; no imported list may take its name."""

TERMS_NOT_STATED = "not stated"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_MAX_TEXT = 1000


@dataclass(frozen=True, slots=True)
class ListDetails:
    """Everything about a list but its entries. Checks itself; raises `DetailsError`."""

    name: str
    code: Code
    source: str  # who keeps the list
    terms: str  # terms of use
    as_of: datetime  # how the source saw things at this moment
    expires_at: datetime  # from this moment on the list may not be relied upon
    radius_bits: int  # PDQ hashes at most this many bits apart match
    min_quality: int  # below this PDQ quality only equality matches

    def __post_init__(self) -> None:
        check_name(self.name)
        _check_text("source", self.source)
        _check_text("terms", self.terms)
        _check_moment("as-of", self.as_of)
        _check_moment("expires", self.expires_at)
        _check_range("radius", self.radius_bits, 0, 63)
        _check_range("min-quality", self.min_quality, 0, 100)

    def as_json(self) -> dict[str, Any]:
        """The particulars as plain JSON values, in a fixed order."""
        return {
            "name": self.name,
            "code": self.code.value,
            "source": self.source,
            "terms": self.terms,
            "as_of": self.as_of.astimezone(UTC).isoformat(),
            "expires_at": self.expires_at.astimezone(UTC).isoformat(),
            "radius_bits": self.radius_bits,
            "min_quality": self.min_quality,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "ListDetails":
        """The reverse of `as_json`; raises `DetailsError` for anything else."""
        try:
            return cls(
                name=_string(value["name"]),
                code=Code(value["code"]),
                source=_string(value["source"]),
                terms=_string(value["terms"]),
                as_of=datetime.fromisoformat(value["as_of"]),
                expires_at=datetime.fromisoformat(value["expires_at"]),
                radius_bits=value["radius_bits"],
                min_quality=value["min_quality"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DetailsError(f"the particulars of a list cannot be read: {error!r}") from error


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a list, which is also that of its folder."""
    if not _NAME.fullmatch(name):
        raise DetailsError(
            f"{name!r} cannot be the name of a list. Use lower-case letters, digits, dots, underscores "
            "and hyphens, at most 100, beginning with a letter or a digit."
        )


def check_importable(details: ListDetails, now: datetime) -> None:
    """Refuse particulars under which nothing may be published at `now`."""
    if details.name == CANARY_NAME:
        raise DetailsError(f"the name {CANARY_NAME!r} belongs to the built-in list. Choose another name.")
    if details.expires_at <= now:
        raise DetailsError(
            f"list {details.name!r} would have expired already, at {details.expires_at:%Y-%m-%d %H:%M} UTC. "
            "Give the date until which its source lets you use it: --expires YYYY-MM-DD."
        )
    if details.as_of > now:
        raise DetailsError(
            f"list {details.name!r} would be as of {details.as_of:%Y-%m-%d %H:%M} UTC, which is "
            "in the future. Give the date on which the source issued it: --as-of YYYY-MM-DD."
        )


def end_of(text: str) -> datetime:
    """The moment that `text` names: a date means its last second in UTC. Raises `DetailsError`."""
    return _moment(text, time(23, 59, 59))


def start_of(text: str) -> datetime:
    """The moment that `text` names: a date means its first second in UTC. Raises `DetailsError`."""
    return _moment(text, time(0, 0, 0))


def _moment(text: str, time_of_day: time) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise DetailsError(
            f"{text!r} is not a date. Write 2027-01-31, or 2027-01-31T18:00:00+00:00 for a moment."
        ) from error
    if len(text.strip()) <= len("2027-01-31"):
        moment = datetime.combine(moment.date(), time_of_day)
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise DetailsError(f"{text!r} lies outside the calendar. Give a year between 1 and 9999.") from error


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _check_text(what: str, text: str) -> None:
    if not text.strip() or len(text) > _MAX_TEXT:
        raise DetailsError(
            f"the {what} of a list must be 1 to {_MAX_TEXT} characters; these are {len(text.strip())}."
        )
    if (character := unshowable(text)) is not None:
        raise DetailsError(
            f"the {what} of a list has the character {character!a}, which cannot be shown. Take it out."
        )


def _check_moment(what: str, moment: datetime) -> None:
    if moment.tzinfo is None:
        raise DetailsError(f"{what} {moment.isoformat()} has no time zone. Write it in UTC: …+00:00.")


def _check_range(what: str, value: int, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise DetailsError(f"{what} must be a whole number from {least} to {most}, not {value!r}.")
