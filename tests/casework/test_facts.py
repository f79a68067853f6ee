"""Account facts: typed, bounded, encrypted, and gone when their time is over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from doorward.casework import facts
from doorward.casework.errors import FactsTooLarge
from doorward.casework.facts import AccountFacts, RecentMessage
from doorward.clock import ManualClock
from doorward.evidence import MasterKey, MasterKeyWrong, create_master_key
from doorward.storage import Database
from doorward.storage.tables import account_facts

MONTH = timedelta(days=30)
EVERYTHING: dict[str, Any] = {
    "names": ["Ann Example"],
    "screen_names": ["ann_1"],
    "born": "2009-07",
    "created_at": "2025-03-01T10:00:00+01:00",
    "profile_url": "https://platform.example/ann_1",
    "emails": [{"address": "ann@example.org", "verified": True, "verified_at": "2025-03-01T10:05:00Z"}],
    "phones": [{"number": "171 555 0100", "country_calling_code": "+49"}],
    "contacts": [{"account": "bea", "relation": "friend", "since": "2025-04-01T00:00:00Z"}],
    "ip_events": [
        {"ip": "2001:db8::7", "at": "2026-01-15T11:59:00Z", "event": "upload", "port": 50_123},
        {"ip": "192.0.2.7", "possible_proxy": False},
    ],
    "device_events": [{"id_type": "advertising id", "id_value": "0f0e", "event": "login"}],
    "recent_messages": [
        {
            "conversation": "k1",
            "sender": "ann",
            "recipients": ["bea"],
            "sent_at": "2026-01-15T11:58:00Z",
            "text": "see you at school",
            "message_id": "m1",
        }
    ],
    "notes": "asked for help before",
}


def _put(database: Database, key: MasterKey, account: str, given: AccountFacts, clock: ManualClock) -> None:
    now = clock.now()
    database.write(lambda c: facts.put(c, key, account, given, now=now, keep_until=now + MONTH))


def _get(database: Database, key: MasterKey, account: str, clock: ManualClock) -> AccountFacts | None:
    return database.read(lambda c: facts.get(c, key, account, now=clock.now()))


def test_everything_that_was_lent_is_read_back(
    database: Database, master_key: MasterKey, clock: ManualClock
) -> None:
    given = AccountFacts.model_validate(EVERYTHING)
    _put(database, master_key, "ann", given, clock)

    assert _get(database, master_key, "ann", clock) == given
    assert given.created_at == datetime(2025, 3, 1, 9, 0, tzinfo=UTC)


def test_new_facts_take_the_place_of_the_old(
    database: Database, master_key: MasterKey, clock: ManualClock
) -> None:
    _put(database, master_key, "ann", AccountFacts(names=("Ann",), notes="old"), clock)
    _put(database, master_key, "ann", AccountFacts(names=("Anna",)), clock)

    assert _get(database, master_key, "ann", clock) == AccountFacts(names=("Anna",))


def test_nothing_is_known_of_an_account_that_nobody_told_of(
    database: Database, master_key: MasterKey, clock: ManualClock
) -> None:
    assert _get(database, master_key, "ann", clock) is None


def test_facts_count_as_gone_when_their_time_is_over_even_before_they_are_deleted(
    database: Database, master_key: MasterKey, clock: ManualClock
) -> None:
    _put(database, master_key, "ann", AccountFacts(names=("Ann",)), clock)

    clock.advance(MONTH - timedelta(microseconds=1))
    assert _get(database, master_key, "ann", clock) is not None
    clock.advance(timedelta(microseconds=1))
    assert _get(database, master_key, "ann", clock) is None


def test_facts_can_be_forgotten_at_once(
    database: Database, master_key: MasterKey, clock: ManualClock
) -> None:
    _put(database, master_key, "ann", AccountFacts(names=("Ann",)), clock)

    assert database.write(lambda c: facts.forget(c, "ann"))
    assert not database.write(lambda c: facts.forget(c, "ann"))
    assert _get(database, master_key, "ann", clock) is None


def test_the_database_holds_them_only_encrypted(
    sqlite_database: Database, master_key: MasterKey, clock: ManualClock, tmp_path: Path
) -> None:
    _put(sqlite_database, master_key, "ann", AccountFacts.model_validate(EVERYTHING), clock)

    written = b"".join(path.read_bytes() for path in tmp_path.glob("doorward.sqlite3*"))
    assert b"account_facts" in written
    for marker in (b"Ann Example", b"ann@example.org", b"see you at school", b"2001:db8::7", b"0f0e"):
        assert marker not in written


def test_one_accounts_facts_do_not_open_as_anothers(
    database: Database, master_key: MasterKey, clock: ManualClock
) -> None:
    _put(database, master_key, "ann", AccountFacts(names=("Ann",)), clock)
    database.write(lambda c: c.execute(update(account_facts).values(account="bea")))

    with pytest.raises(MasterKeyWrong, match="account-facts:bea"):
        _get(database, master_key, "bea", clock)


def test_another_master_key_opens_nothing(
    database: Database, master_key: MasterKey, clock: ManualClock, tmp_path: Path
) -> None:
    _put(database, master_key, "ann", AccountFacts(names=("Ann",)), clock)

    with pytest.raises(MasterKeyWrong):
        _get(database, create_master_key(tmp_path / "other"), "ann", clock)


def test_more_than_a_mebibyte_is_refused_and_what_was_known_stays(
    database: Database, master_key: MasterKey, clock: ManualClock
) -> None:
    _put(database, master_key, "ann", AccountFacts(names=("Ann",)), clock)
    message = RecentMessage(conversation="k", sender="ann", sent_at=clock.now(), text="x" * 20_000)

    with pytest.raises(FactsTooLarge, match="1048576 bytes"):
        _put(database, master_key, "ann", AccountFacts(recent_messages=(message,) * 60), clock)

    assert _get(database, master_key, "ann", clock) == AccountFacts(names=("Ann",))


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"nmaes": ["Ann"]}, "nmaes"),
        ({"names": [""]}, "names.0"),
        ({"names": ["Ann"] * 21}, "names"),
        ({"born": "15.1.2009"}, "born"),
        ({"created_at": "2025-03-01T10:00:00"}, "created_at"),
        ({"emails": [{"address": "not an address"}]}, "emails.0.address"),
        ({"phones": [{"number": "1", "country_calling_code": "49"}]}, "phones.0.country_calling_code"),
        ({"ip_events": [{"ip": "300.1.1.1"}]}, "ip_events.0.ip"),
        ({"ip_events": [{"ip": "192.0.2.1", "port": 0}]}, "ip_events.0.port"),
        ({"ip_events": [{"ip": "192.0.2.1", "event": "stolen"}]}, "ip_events.0.event"),
        (
            {"recent_messages": [{"conversation": "k", "sender": "a", "text": "x"}]},
            "recent_messages.0.sent_at",
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_named(wrong: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as caught:
        AccountFacts.model_validate(wrong)

    assert where in {
        ".".join(str(part) for part in error["loc"][: len(where.split("."))])
        for error in caught.value.errors()
    }


def test_a_retention_clock_stands_beside_every_row(
    database: Database, master_key: MasterKey, clock: ManualClock
) -> None:
    _put(database, master_key, "ann", AccountFacts(names=("Ann",)), clock)

    row = database.read(lambda c: c.execute(select(account_facts)).one())
    assert (row.received_at, row.keep_until) == (clock.now(), clock.now() + MONTH)
