"""What another policy would have decided about what was recorded."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from doorward.clock import ManualClock
from doorward.findings import Cause, Code, Finding, FindingKind, Method, NotAssessed, Variant
from doorward.policy import recorded
from doorward.policy.backtest import backtest
from doorward.policy.backtest_report import BacktestReport
from doorward.policy.facts import SubjectFacts
from doorward.policy.load import default_text, parse_policy
from doorward.policy.rules import NOT_PRESERVED, Policy
from doorward.storage import Database
from doorward.storage.tables import counters, findings, verdicts
from doorward.subjects import SubjectKind
from doorward.verdicts import Decision, Mode
from doorward.wire import finding_to_json, not_assessed_to_json

WEEK = timedelta(days=7)
AVATAR = SubjectFacts(SubjectKind.UPLOAD, surface="avatar")
MATCH = Finding(
    detector="imagery",
    code=Code.CSAM_KNOWN,
    kind=FindingKind.MATCH,
    explanation="It is within 4 bits of an entry.",
    list_name="north",
    method=Method.PDQ,
    distance_bits=4,
    radius_bits=31,
    variant=Variant.PLAIN,
)
EMPTY = NotAssessed("imagery", Cause.EMPTY, "the file is empty")
HOLD_ALL = """
[[rule]]
name = "hold-all-matches"
when = 'finding.kind == "match"'
decision = "hold"
reason = "A person looks at each match."

[[rule]]
name = "trial"
when = 'subject.surface == "avatar"'
decision = "hold"
mode = "shadow"
reason = "Avatars are looked at."
"""


def policy(text: str = HOLD_ALL) -> Policy:
    return parse_policy(text, "new.toml")


def record(
    connection: Connection,
    verdict: str,
    now: datetime,
    decision: Decision,
    seen: tuple[Finding, ...] = (),
    **columns: Any,
) -> None:
    """The rows that the recorder writes, as far as a backtest reads them."""
    values = {
        "id": verdict,
        "created_at": now,
        "kind": "upload",
        "decision": decision,
        "policy_version": "old",
        "lists": {},
        "subject": {"policy": AVATAR.to_json()},
        "facts": {},
        "not_assessed": [],
        "not_configured": [],
        "actions": [],
        "rules": [],
        "took_ms": 1.0,
        "keep_until": now + timedelta(days=30),
        **columns,
    }
    connection.execute(insert(verdicts).values(**values))
    for position, one in enumerate(seen):
        row = {"verdict_id": verdict, "position": position, "code": one.code, "body": finding_to_json(one)}
        connection.execute(insert(findings).values(**row))


def count_allowed(connection: Connection, hour: datetime, subjects: int) -> None:
    connection.execute(
        insert(counters).values(
            hour=hour.replace(minute=0),
            kind="upload",
            surface="",
            decision="allow",
            subjects=subjects,
            keep_until=hour + timedelta(days=400),
        )
    )


def tried(database: Database, clock: ManualClock, text: str = HOLD_ALL, **options: Any) -> BacktestReport:
    return backtest(database, policy(text), WEEK, clock, **options)


def figures(report: BacktestReport) -> dict[tuple[str, str], int]:
    return {(change.old.value, change.new.value): change.verdicts for change in report.changes}


def test_changed_decisions_are_counted_named_and_explained(database: Database, clock: ManualClock) -> None:
    def write(connection: Connection) -> None:
        record(connection, "v_1", clock.now() - timedelta(days=2), Decision.BLOCK, (MATCH,))
        record(connection, "v_2", clock.now() - timedelta(days=1), Decision.BLOCK, (MATCH,), state="released")
        record(connection, "v_3", clock.now() - timedelta(hours=1), Decision.HOLD, (MATCH, MATCH))

    database.write(write)
    report = tried(database, clock)

    assert figures(report) == {("block", "hold"): 2, ("hold", "hold"): 1}
    assert (report.replayed, report.changed, report.unreadable) == (3, 2, 0)
    assert [(one.verdict, one.state) for one in report.examples] == [("v_1", "final"), ("v_2", "released")]
    assert report.examples[0].rules == {"hold-all-matches": "A person looks at each match."}
    assert report.recorded_under == {"old": 3}


def test_each_rule_is_counted_shadow_rules_too(database: Database, clock: ManualClock) -> None:
    database.write(lambda c: record(c, "v_1", clock.now() - timedelta(hours=1), Decision.HOLD, (MATCH,)))
    rules = {one.rule: (one.mode, one.matched, one.failed) for one in tried(database, clock).rules}
    assert rules == {"hold-all-matches": (Mode.LIVE, 1, 0), "trial": (Mode.SHADOW, 1, 0)}


def test_a_rule_that_fails_on_the_past_is_counted_as_failing(database: Database, clock: ManualClock) -> None:
    text = HOLD_ALL.replace('subject.surface == "avatar"', "10 / (subject.width_px + 1) > 1")
    database.write(lambda c: record(c, "v_1", clock.now() - timedelta(hours=1), Decision.HOLD, (MATCH,)))
    assert [(one.rule, one.failed) for one in tried(database, clock, text).rules] == [
        ("hold-all-matches", 0),
        ("trial", 1),
    ]


def test_a_missing_answer_is_replayed_under_the_built_in_floor(
    sqlite_database: Database, clock: ManualClock
) -> None:
    missing = [not_assessed_to_json(EMPTY)]
    sqlite_database.write(
        lambda c: record(c, "v_1", clock.now() - timedelta(hours=1), Decision.ALLOW, not_assessed=missing)
    )
    report = tried(sqlite_database, clock)
    assert figures(report) == {("allow", "hold"): 1}
    assert report.rules[-1].rule == "not-assessed-without-rule"


def test_the_same_policy_changes_nothing(sqlite_database: Database, clock: ManualClock) -> None:
    def write(connection: Connection) -> None:
        then = clock.now() - timedelta(hours=1)
        record(connection, "v_1", then, Decision.BLOCK, (MATCH,))
        record(connection, "v_2", then, Decision.HOLD, not_assessed=[not_assessed_to_json(EMPTY)])

    sqlite_database.write(write)
    assert tried(sqlite_database, clock, default_text()).changed == 0


def test_only_the_time_asked_for_is_replayed(sqlite_database: Database, clock: ManualClock) -> None:
    def write(connection: Connection) -> None:
        record(connection, "v_before", clock.now() - WEEK - timedelta(seconds=1), Decision.BLOCK, (MATCH,))
        record(connection, "v_within", clock.now() - WEEK, Decision.BLOCK, (MATCH,))
        record(connection, "v_now", clock.now(), Decision.BLOCK, (MATCH,))

    sqlite_database.write(write)
    assert [one.verdict for one in tried(sqlite_database, clock).examples] == ["v_within"]


def test_every_verdict_is_replayed_once_whatever_the_size_of_a_batch(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verdicts of the same moment stand on both sides of where one batch ends and the next begins."""
    monkeypatch.setattr(recorded, "_BATCH", 4)

    def write(connection: Connection) -> None:
        for number in range(19):
            then = clock.now() - timedelta(hours=1 + number // 7)
            record(connection, f"v_{number:02}", then, Decision.BLOCK, (MATCH,))

    database.write(write)
    report = tried(database, clock, examples=100)
    assert sorted(one.verdict for one in report.examples) == [f"v_{number:02}" for number in range(19)]


def test_examples_are_limited_and_counts_are_not(sqlite_database: Database, clock: ManualClock) -> None:
    def write(connection: Connection) -> None:
        for number in range(5):
            then = clock.now() - timedelta(hours=1)
            record(connection, f"v_{number}", then, Decision.BLOCK, (MATCH,))

    sqlite_database.write(write)
    report = tried(sqlite_database, clock, examples=2)
    assert (len(report.examples), report.changed) == (2, 5)


def test_a_record_that_cannot_be_read_is_counted_and_said(
    sqlite_database: Database, clock: ManualClock
) -> None:
    def write(connection: Connection) -> None:
        then = clock.now() - timedelta(hours=1)
        record(connection, "v_1", then, Decision.HOLD, (MATCH,), subject={})
        record(connection, "v_2", then, Decision.HOLD, subject={"policy": {"kind": "parcel"}})
        record(connection, "v_3", then, Decision.HOLD, (MATCH,))

    sqlite_database.write(write)
    report = tried(sqlite_database, clock)
    assert (report.unreadable, report.replayed) == (2, 1)
    assert any(text.startswith("2 records") for text in report.blind_spots)


def test_what_could_not_be_preserved_is_compared_by_what_the_policy_decided(
    sqlite_database: Database, clock: ManualClock
) -> None:
    rules = [
        {"rule": "known", "mode": "live", "decision": "block", "actions": [], "reason": "r"},
        {"rule": "idea", "mode": "shadow", "decision": "warn", "actions": [], "reason": "r"},
        {"rule": NOT_PRESERVED, "mode": "live", "decision": "hold", "actions": [], "reason": "r"},
    ]
    sqlite_database.write(
        lambda c: record(c, "v_1", clock.now() - timedelta(hours=1), Decision.HOLD, (MATCH,), rules=rules)
    )
    assert figures(tried(sqlite_database, clock)) == {("block", "hold"): 1}


def test_it_says_of_how_many_allowed_subjects_nothing_was_kept(
    database: Database, clock: ManualClock
) -> None:
    text = HOLD_ALL.replace('mode = "shadow"', 'mode = "live"')

    def write(connection: Connection) -> None:
        record(connection, "v_1", clock.now() - timedelta(hours=1), Decision.ALLOW, (MATCH,))
        count_allowed(connection, clock.now() - timedelta(hours=1), 1_001)
        count_allowed(connection, clock.now() - timedelta(days=9), 50)

    database.write(write)
    report = tried(database, clock, text)
    assert report.unseen_allowed == 1_000
    assert report.blind_spots[0].startswith("Of about 1,000 allowed subjects only the number was kept")
    assert report.blind_spots[1] == "Rules about every subject would have matched more often: trial."


def test_it_says_how_far_the_records_go_back(sqlite_database: Database, clock: ManualClock) -> None:
    sqlite_database.write(
        lambda c: record(c, "v_1", clock.now() - timedelta(days=2), Decision.HOLD, (MATCH,))
    )
    assert any("begin on 2026-01-13 12:00 UTC" in text for text in tried(sqlite_database, clock).blind_spots)


def test_without_any_record_it_says_so(sqlite_database: Database, clock: ManualClock) -> None:
    report = tried(sqlite_database, clock)
    assert (report.replayed, report.changed) == (0, 0)
    assert "No verdict is recorded at all." in report.blind_spots


def test_progress_is_told_while_it_runs(sqlite_database: Database, clock: ManualClock) -> None:
    def write(connection: Connection) -> None:
        for number in range(205):
            record(connection, f"v_{number}", clock.now() - timedelta(hours=1), Decision.HOLD, (MATCH,))

    sqlite_database.write(write)
    told: list[int] = []
    tried(sqlite_database, clock, progress=told.append)
    assert told == [100, 200]


def test_a_backtest_changes_nothing(sqlite_database: Database, clock: ManualClock) -> None:
    sqlite_database.write(
        lambda c: record(c, "v_1", clock.now() - timedelta(hours=1), Decision.BLOCK, (MATCH,))
    )
    first, second = tried(sqlite_database, clock), tried(sqlite_database, clock)
    assert first == second
