"""Details of a list from what was given on the command line and what the list has already."""

from dataclasses import dataclass
from datetime import datetime

from doorward.findings import Code
from doorward.lists.details import TERMS_NOT_STATED, ListDetails, end_of, start_of
from doorward.lists.errors import DetailsError
from doorward.settings import ImagerySettings


@dataclass(frozen=True, slots=True)
class Given:
    """The options of `lists import` about the list itself; None where not given."""

    code: Code | None = None
    source: str | None = None
    expires: str | None = None
    terms: str | None = None
    as_of: str | None = None
    radius: int | None = None
    min_quality: int | None = None


def complete(
    given: Given, name: str, former: ListDetails | None, defaults: ImagerySettings, now: datetime
) -> ListDetails:
    """All details: what is given, else what the list has, else the defaults.

    Raises `DetailsError`, for a new list also where code, source or expiry are not given.
    """
    as_of = now if given.as_of is None else start_of(given.as_of)
    expires_at = None if given.expires is None else end_of(given.expires)
    if former is None:
        return _new(given, name, as_of, expires_at, defaults)
    return ListDetails(
        name=name,
        code=former.code if given.code is None else given.code,
        source=former.source if given.source is None else given.source,
        terms=former.terms if given.terms is None else given.terms,
        as_of=as_of,
        expires_at=former.expires_at if expires_at is None else expires_at,
        radius_bits=former.radius_bits if given.radius is None else given.radius,
        min_quality=former.min_quality if given.min_quality is None else given.min_quality,
    )


def _new(
    given: Given, name: str, as_of: datetime, expires_at: datetime | None, defaults: ImagerySettings
) -> ListDetails:
    if given.code is None or given.source is None or expires_at is None:
        needed = {"--code": given.code, "--source": given.source, "--expires": expires_at}
        missing = " and ".join(option for option, value in needed.items() if value is None)
        raise DetailsError(
            f"there is no list {name!r} yet, and a new one needs {missing} too. "
            f"For example: --code {Code.CSAM_KNOWN} --source 'who keeps the list' --expires 2027-01-31."
        )
    return ListDetails(
        name=name,
        code=given.code,
        source=given.source,
        terms=TERMS_NOT_STATED if given.terms is None else given.terms,
        as_of=as_of,
        expires_at=expires_at,
        radius_bits=defaults.radius_bits if given.radius is None else given.radius,
        min_quality=defaults.min_quality if given.min_quality is None else given.min_quality,
    )
