"""Particulars of a list, as they are given and as they are refused."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.lists import DetailsError, ListDetails
from doorward.lists.details import check_importable, end_of, start_of
from support.hash_lists import details

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
GOOD = details("known")


@pytest.mark.parametrize("name", ["a", "0", "iwf.2026", "a_b-c", "x" * 100])
def test_names_that_a_folder_can_have_everywhere(name: str) -> None:
    assert replace(GOOD, name=name).name == name


@pytest.mark.parametrize("name", ["", ".", "..", "-a", "_a", "A", "a/b", "a b", "é", "a\n", "x" * 101])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(DetailsError, match="cannot be the name of a list"):
        replace(GOOD, name=name)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"source": " "}, "the source of a list must be 1 to 1000 characters"),
        ({"terms": "x" * 1001}, "the terms of a list must be 1 to 1000 characters"),
        ({"source": "a\n\x1b[2Jb"}, r"the source of a list has the character '\\n'"),
        ({"radius_bits": 64}, "radius must be a whole number from 0 to 63, not 64"),
        ({"radius_bits": -1}, "radius must be"),
        ({"radius_bits": True}, "radius must be"),
        ({"min_quality": 101}, "min-quality must be a whole number from 0 to 100, not 101"),
        ({"as_of": datetime(2026, 1, 1)}, "as-of 2026-01-01T00:00:00 has no time zone"),
        ({"expires_at": datetime(2026, 1, 1)}, "has no time zone"),
    ],
)
def test_particulars_that_cannot_be_are_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DetailsError, match=complaint):
        replace(GOOD, **change)


def test_a_date_of_expiry_means_the_end_of_that_day() -> None:
    assert end_of("2027-01-31") == datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)


def test_a_date_of_issue_means_the_beginning_of_that_day() -> None:
    assert start_of(" 2026-01-31 ") == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2027-01-31T18:30:00+02:00", "2027-01-31T16:30Z", "2027-01-31 16:30", "20270131T163000"]
)
def test_a_moment_means_itself_in_utc_unless_it_says_otherwise(text: str) -> None:
    assert end_of(text) == start_of(text) == datetime(2027, 1, 31, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "31.01.2027", "2027-02-30", "2027", "0001-01-01T00:00+23:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DetailsError, match=r"is not a date|outside the calendar"):
        end_of(text)


def test_what_expires_later_and_was_issued_before_may_be_imported() -> None:
    check_importable(replace(GOOD, as_of=NOW, expires_at=NOW + timedelta(seconds=1)), NOW)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"expires_at": NOW}, "expired already, at 2026-01-15 12:00 UTC"),
        ({"as_of": NOW + timedelta(seconds=1)}, "in the future"),
        ({"name": "canary"}, "belongs to the built-in list"),
    ],
)
def test_what_may_not_be_imported(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DetailsError, match=complaint):
        check_importable(replace(GOOD, **change), NOW)


moments = st.datetimes(
    datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=5))])
)


@given(moments, moments, st.integers(0, 63), st.integers(0, 100))
def test_particulars_survive_json(as_of: datetime, expires: datetime, radius: int, quality: int) -> None:
    whole = replace(GOOD, as_of=as_of, expires_at=expires, radius_bits=radius, min_quality=quality)
    assert ListDetails.from_json(whole.as_json()) == whole


@pytest.mark.parametrize("key", asdict(GOOD))
@pytest.mark.parametrize("value", [None, [], 1.5, "\ud800", {}, "a\x1b[2J"])
def test_json_of_any_other_kind_is_refused(key: str, value: object) -> None:
    with pytest.raises(DetailsError):
        ListDetails.from_json({**GOOD.as_json(), key: value})
