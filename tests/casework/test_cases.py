"""Cases gather what belongs together."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Row, select, update

from doorward.casework.cases import open_or_update
from doorward.clock import ManualClock
from doorward.findings import Code
from doorward.storage import Database
from doorward.storage.tables import cases
from doorward.verdicts import Verdict
from support.casefiles import MATCH, verdict_of


def _bring(database: Database, verdict: Verdict, account: str | None, clock: ManualClock) -> str:
    now = clock.now()
    return database.write(lambda connection: open_or_update(connection, verdict, account=account, now=now))


def _case(database: Database, case_id: str) -> Row[tuple[object, ...]]:
    return database.read(lambda c: c.execute(select(cases).where(cases.c.id == case_id)).one())


def test_findings_about_one_account_come_into_one_case(database: Database, clock: ManualClock) -> None:
    other = replace(MATCH, code=Code.NCII)
    first = _bring(database, verdict_of(MATCH), "ann", clock)
    clock.advance(timedelta(hours=1))
    second = _bring(database, verdict_of(MATCH, other), "ann", clock)

    case = _case(database, first)
    assert first == second
    assert (case.findings, case.codes) == (3, ["csam_known", "ncii"])
    assert case.updated_at - case.opened_at == timedelta(hours=1)
    assert case.subject_key == "account:ann"


def test_two_accounts_have_two_cases(database: Database, clock: ManualClock) -> None:
    assert _bring(database, verdict_of(MATCH), "ann", clock) != _bring(
        database, verdict_of(MATCH), "bea", clock
    )


def test_without_an_account_each_item_is_its_own_case(database: Database, clock: ManualClock) -> None:
    verdict = verdict_of(MATCH)

    case = _case(database, _bring(database, verdict, None, clock))

    assert (case.subject_key, case.account) == (f"item:{verdict.id}", None)
    assert _bring(database, verdict_of(MATCH), None, clock) != case.id


def test_an_account_cannot_be_named_so_that_it_becomes_anothers_item(
    database: Database, clock: ManualClock
) -> None:
    verdict = verdict_of(MATCH)

    item, account = (
        _bring(database, verdict, None, clock),
        _bring(database, verdict, f"item:{verdict.id}", clock),
    )

    assert item != account


def test_what_comes_after_a_case_was_closed_opens_a_new_one(database: Database, clock: ManualClock) -> None:
    first = _bring(database, verdict_of(MATCH), "ann", clock)
    database.write(lambda c: c.execute(update(cases).values(state="closed")))

    second = _bring(database, verdict_of(MATCH), "ann", clock)

    assert second != first
    assert _case(database, first).findings == 1


def test_a_clock_set_back_does_not_make_a_case_younger(database: Database, clock: ManualClock) -> None:
    case_id = _bring(database, verdict_of(MATCH), "ann", clock)
    before = clock.now()
    clock.advance(timedelta(hours=-1))
    _bring(database, verdict_of(MATCH), "ann", clock)

    assert _case(database, case_id).updated_at == before


def test_many_verdicts_at_once_open_one_case_and_lose_no_finding(
    database: Database, clock: ManualClock
) -> None:
    together = threading.Barrier(6)

    def bring(_number: int) -> set[str]:
        together.wait()
        return {_bring(database, verdict_of(MATCH), "ann", clock) for _ in range(5)}

    with ThreadPoolExecutor(6) as pool:
        ids = set[str]().union(*pool.map(bring, range(6)))

    assert len(ids) == 1
    assert _case(database, ids.pop()).findings == 30
