"""Asking the platform for context: once, and one answer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from doorward.casework import context, facts
from doorward.casework.cases import open_or_update
from doorward.casework.errors import ContextAnswered, ContextTooLate, ContextUnknown, FactsTooLarge
from doorward.casework.facts import AccountFacts, RecentMessage
from doorward.clock import ManualClock
from doorward.evidence import MasterKey
from doorward.storage import Database
from doorward.storage.tables import account_facts, context_requests
from support.casefiles import MATCH, count, verdict_of, webhooks

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
ANN = AccountFacts(names=("Ann",))


def _ask(
    database: Database, clock: ManualClock, account: str = "ann", public_url: str | None = None
) -> str | None:
    verdict, now = verdict_of(MATCH), clock.now()
    case_id = database.write(lambda c: open_or_update(c, verdict, account=account, now=now))
    return database.write(
        lambda c: context.request_context(
            c,
            verdict=verdict,
            account=account,
            case_id=case_id,
            now=now,
            keep_until=now + MONTH,
            public_url=public_url,
        )
    )


def _asked(database: Database, clock: ManualClock, account: str = "ann") -> str:
    request_id = _ask(database, clock, account)
    assert request_id is not None
    return request_id


def _answer(
    database: Database, key: MasterKey, request_id: str, clock: ManualClock, given: AccountFacts = ANN
) -> str:
    now = clock.now()
    return database.write(
        lambda c: context.answer(c, key, request_id, given, now=now, keep_until=now + MONTH)
    )


def test_the_platform_is_asked_once_for_a_burst_of_findings(database: Database, clock: ManualClock) -> None:
    first = _ask(database, clock)

    assert first is not None
    assert _ask(database, clock) is None
    clock.advance(DAY - timedelta(seconds=1))
    assert _ask(database, clock) is None
    assert [body["data"]["request"] for body in database.read(webhooks)] == [first]


def test_it_is_asked_again_when_a_day_went_by_without_an_answer(
    database: Database, clock: ManualClock
) -> None:
    _asked(database, clock)
    clock.advance(DAY)

    assert _ask(database, clock) is not None


def test_it_is_asked_again_about_what_came_after_its_answer(
    database: Database, clock: ManualClock, master_key: MasterKey
) -> None:
    _answer(database, master_key, _asked(database, clock), clock)

    assert _ask(database, clock) is not None


def test_each_account_is_asked_about_for_itself(database: Database, clock: ManualClock) -> None:
    _asked(database, clock, "ann")
    _asked(database, clock, "bea")


def test_verdicts_at_the_same_moment_ask_once(database: Database, clock: ManualClock) -> None:
    together = threading.Barrier(6)

    def ask(_number: int) -> str | None:
        together.wait()
        return _ask(database, clock)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))

    assert len([answer for answer in answers if answer is not None]) == 1
    assert database.read(lambda c: count(c, context_requests)) == 1


@pytest.mark.parametrize(
    ("public_url", "prefix"),
    [
        (None, "/v1/context/"),
        ("https://door.example", "https://door.example/v1/context/"),
        ("https://door.example/gate/", "https://door.example/gate/v1/context/"),
    ],
)
def test_the_webhook_says_where_to_answer(
    sqlite_database: Database, clock: ManualClock, public_url: str | None, prefix: str
) -> None:
    request_id = _ask(sqlite_database, clock, public_url=public_url)

    (body,) = sqlite_database.read(webhooks)
    assert body["data"]["reply_to"] == f"{prefix}{request_id}"


def test_an_answer_becomes_the_accounts_facts_and_is_recorded(
    database: Database, clock: ManualClock, master_key: MasterKey
) -> None:
    request_id = _asked(database, clock)
    clock.advance(timedelta(hours=1))

    assert _answer(database, master_key, request_id, clock) == "ann"

    assert database.read(lambda c: facts.get(c, master_key, "ann", now=clock.now())) == ANN
    answered = database.read(lambda c: c.execute(select(context_requests.c.answered_at)).scalar_one())
    assert answered == clock.now()


def test_a_second_answer_is_refused_and_the_first_stands(
    database: Database, clock: ManualClock, master_key: MasterKey
) -> None:
    request_id = _asked(database, clock)
    _answer(database, master_key, request_id, clock)

    with pytest.raises(ContextAnswered, match=request_id):
        _answer(database, master_key, request_id, clock, AccountFacts(names=("Bea",)))

    assert database.read(lambda c: facts.get(c, master_key, "ann", now=clock.now())) == ANN


def test_of_many_answers_at_once_one_is_taken(
    database: Database, clock: ManualClock, master_key: MasterKey
) -> None:
    request_id = _asked(database, clock)
    together = threading.Barrier(6)

    def answer(_number: int) -> bool:
        together.wait()
        try:
            _answer(database, master_key, request_id, clock)
        except ContextAnswered:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(answer, range(6))) == 1


def test_an_answer_that_comes_too_late_is_not_kept(
    database: Database, clock: ManualClock, master_key: MasterKey
) -> None:
    request_id = _asked(database, clock)
    clock.advance(MONTH)

    with pytest.raises(ContextTooLate, match="until 2026-02-14 12:00 UTC"):
        _answer(database, master_key, request_id, clock)

    assert database.read(lambda c: count(c, account_facts)) == 0


def test_an_answer_to_a_question_that_was_never_asked_is_refused(
    database: Database, clock: ManualClock, master_key: MasterKey
) -> None:
    with pytest.raises(ContextUnknown, match="no request for context has the id 'x_0'"):
        _answer(database, master_key, "x_0", clock)


def test_an_answer_that_is_too_large_may_be_sent_again_smaller(
    database: Database, clock: ManualClock, master_key: MasterKey
) -> None:
    request_id = _asked(database, clock)
    message = RecentMessage(conversation="k", sender="ann", sent_at=clock.now(), text="x" * 20_000)

    with pytest.raises(FactsTooLarge):
        _answer(database, master_key, request_id, clock, AccountFacts(recent_messages=(message,) * 60))

    assert _answer(database, master_key, request_id, clock) == "ann"
