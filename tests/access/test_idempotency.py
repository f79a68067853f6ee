"""Answers to repeated requests."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from doorward.access.idempotency import (
    AlreadyAnswered,
    Claim,
    KeyReused,
    StoredAnswer,
    find,
    fingerprint,
    record,
)
from doorward.clock import ManualClock
from doorward.storage import Database

CLAIM = Claim("k_1", "order-7", fingerprint(b"a cat"))
DAY = timedelta(hours=24)


def _record(database: Database, claim: Claim, response: dict[str, str], now: datetime) -> None:
    database.write(lambda c: record(c, claim, 200, response, now, now + DAY))


def _find(database: Database, claim: Claim, now: datetime) -> StoredAnswer | None:
    return database.read(lambda c: find(c, claim, now))


def test_the_first_answer_is_found_again(database: Database, clock: ManualClock) -> None:
    _record(database, CLAIM, {"verdict": "v_1"}, clock.now())

    assert _find(database, CLAIM, clock.now()) == StoredAnswer(200, {"verdict": "v_1"})


def test_a_request_never_seen_has_no_answer(database: Database, clock: ManualClock) -> None:
    assert _find(database, CLAIM, clock.now()) is None


def test_the_same_key_for_another_request_is_refused(database: Database, clock: ManualClock) -> None:
    _record(database, CLAIM, {}, clock.now())

    with pytest.raises(KeyReused, match="order-7"):
        _find(database, replace(CLAIM, fingerprint=fingerprint(b"a coffee cup")), clock.now())


def test_two_callers_may_use_the_same_key(database: Database, clock: ManualClock) -> None:
    _record(database, CLAIM, {}, clock.now())

    assert _find(database, replace(CLAIM, api_key_id="k_2"), clock.now()) is None


def test_the_second_answer_to_a_race_is_refused_and_the_first_stays(
    database: Database, clock: ManualClock
) -> None:
    _record(database, CLAIM, {"verdict": "v_1"}, clock.now())

    with pytest.raises(AlreadyAnswered):
        _record(database, CLAIM, {"verdict": "v_2"}, clock.now())
    assert _find(database, CLAIM, clock.now()) == StoredAnswer(200, {"verdict": "v_1"})


def test_after_its_time_an_answer_is_gone_and_may_be_replaced(database: Database, clock: ManualClock) -> None:
    _record(database, CLAIM, {"verdict": "v_1"}, clock.now())
    clock.advance(DAY)

    assert _find(database, CLAIM, clock.now()) is None
    _record(database, CLAIM, {"verdict": "v_2"}, clock.now())
    assert _find(database, CLAIM, clock.now()) == StoredAnswer(200, {"verdict": "v_2"})


def test_parts_of_a_fingerprint_do_not_run_together() -> None:
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")
