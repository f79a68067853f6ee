"""What each rule ends, and what it leaves."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from doorward import retention
from doorward.clock import ManualClock
from doorward.retention.job import BATCH
from doorward.settings import RetentionSettings
from doorward.storage import Database
from doorward.storage import tables as t
from support.rows import ids, put

SETTINGS = RetentionSettings()
DAY = timedelta(days=1)
YEARS = timedelta(days=4000)


def _put(database: Database, clock: ManualClock, table: Table, row_id: str, **values: Any) -> None:
    database.write(lambda connection: put(connection, table, row_id, clock.now(), **values))


def _left(database: Database, clock: ManualClock, table: Table) -> set[str]:
    retention.run(database, SETTINGS, clock)
    return database.read(lambda connection: ids(connection, table))


def test_every_table_has_exactly_one_rule() -> None:
    assert sorted(rule.table.name for rule in retention.RULES) == sorted(t.metadata.tables)


def test_every_rule_says_what_it_is_about_why_and_how() -> None:
    assert all(rule.what and rule.basis and rule.how for rule in retention.RULES)


@pytest.mark.parametrize(
    "table", [t.verdicts, t.idempotency, t.account_facts, t.context_requests, t.counters], ids=str
)
def test_a_row_stays_until_its_clock_and_not_longer(
    database: Database, clock: ManualClock, table: Table
) -> None:
    _put(database, clock, table, "now", keep_until=clock.now())
    _put(database, clock, table, "later", keep_until=clock.now() + timedelta(microseconds=1))

    assert _left(database, clock, table) == {"later"}


@pytest.mark.parametrize("table", [t.lists, t.evidence_items, t.evidence_keys, t.ledger_pending], ids=str)
def test_some_things_no_clock_ends(database: Database, clock: ManualClock, table: Table) -> None:
    _put(database, clock, table, "x")
    clock.advance(YEARS)

    assert _left(database, clock, table) == {"x"}


def test_findings_go_with_their_verdict(database: Database, clock: ManualClock) -> None:
    for verdict, days in (("v_1", 1), ("v_2", 3)):
        _put(database, clock, t.verdicts, verdict, keep_until=clock.now() + days * DAY)
        _put(database, clock, t.findings, verdict, position=0)
    clock.advance(2 * DAY)

    assert _left(database, clock, t.findings) == {"v_2"}


def test_a_verdict_that_waits_for_a_person_stays(database: Database, clock: ManualClock) -> None:
    _put(database, clock, t.verdicts, "held", state="held", keep_until=clock.now())
    _put(database, clock, t.verdicts, "released", state="released", keep_until=clock.now())

    assert _left(database, clock, t.verdicts) == {"held"}


def test_a_verdict_whose_evidence_is_preserved_stays(database: Database, clock: ManualClock) -> None:
    _put(database, clock, t.verdicts, "v_1", keep_until=clock.now())
    _put(database, clock, t.evidence_items, "e_1", verdict_id="v_1")

    assert _left(database, clock, t.verdicts) == {"v_1"}


def test_a_verdict_stays_while_its_case_is_open_and_the_case_while_it_has_verdicts(
    database: Database, clock: ManualClock
) -> None:
    for state in ("open", "closed"):
        _put(database, clock, t.cases, state, subject_key=state, state=state, keep_until=clock.now())
        _put(database, clock, t.verdicts, f"v_{state}", case_id=state, keep_until=clock.now())
    _put(database, clock, t.cases, "busy", subject_key="busy", state="closed", keep_until=clock.now())
    _put(database, clock, t.verdicts, "v_later", case_id="busy", keep_until=clock.now() + DAY)

    assert _left(database, clock, t.verdicts) == {"v_open", "v_later"}
    assert _left(database, clock, t.cases) == {"open", "busy"}


def test_deliveries_that_wait_are_never_dropped(database: Database, clock: ManualClock) -> None:
    for state in ("pending", "done", "dead"):
        _put(database, clock, t.outbox, state, state=state, keep_until=clock.now())
    _put(database, clock, t.outbox, "fresh", state="done", keep_until=clock.now() + DAY)

    assert _left(database, clock, t.outbox) == {"pending", "fresh"}


def test_a_list_version_outlives_every_verdict_that_can_name_it(
    database: Database, clock: ManualClock
) -> None:
    for sequence in (1, 2, 3):
        _put(
            database,
            clock,
            t.list_versions,
            f"{sequence}-abc",
            name="a",
            sequence=sequence,
            superseded_at=clock.now() + sequence * DAY,
        )
    clock.advance(timedelta(days=SETTINGS.stopped_verdict_days + 1))
    assert _left(database, clock, t.list_versions) == {"2-abc", "3-abc"}

    clock.advance(YEARS)
    assert _left(database, clock, t.list_versions) == {"3-abc"}  # or its number would be given again


def test_a_run_whose_gap_is_not_in_the_ledger_yet_stays(database: Database, clock: ManualClock) -> None:
    ended = {
        "stopped": {"stopped_at": clock.now()},
        "noticed": {"gap_recorded_at": clock.now()},
        "silent": {},
    }
    for run, values in ended.items():
        _put(database, clock, t.server_runs, run, keep_until=clock.now(), **values)

    assert _left(database, clock, t.server_runs) == {"silent"}


def test_a_key_is_remembered_for_a_year_after_its_end(database: Database, clock: ManualClock) -> None:
    _put(database, clock, t.api_keys, "valid")
    _put(database, clock, t.api_keys, "ended", revoked_at=clock.now())
    _put(database, clock, t.api_keys, "ended later", revoked_at=clock.now() + DAY)
    clock.advance(timedelta(days=365))

    assert _left(database, clock, t.api_keys) == {"valid", "ended later"}


def test_more_than_one_batch_is_ended_and_counted(database: Database, clock: ManualClock) -> None:
    def fill(connection: Any) -> None:
        for number in range(BATCH + 3):
            put(connection, t.counters, str(number), clock.now(), keep_until=clock.now())

    database.write(fill)

    assert retention.run(database, SETTINGS, clock)["counters"] == BATCH + 3
    assert retention.run(database, SETTINGS, clock)["counters"] == 0
