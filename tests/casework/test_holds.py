"""Machines hold; a person releases or removes, once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from doorward.casework.errors import CaseworkError, HoldConflict, HoldUnknown, NotHeld, SettlementIncomplete
from doorward.casework.holds import Outcome, Settled, list_held, settle
from doorward.clock import ManualClock
from doorward.storage import Database
from doorward.storage.tables import verdicts
from doorward.verdicts import Decision
from support.casefiles import MATCH, ledger_rows, record, verdict_of, webhooks

GOLDEN = Path(__file__).parent / "golden"

Settle = Callable[..., Settled]


@pytest.fixture
def settled(database: Database, clock: ManualClock) -> Settle:
    """Settle a hold in a transaction of its own."""

    def run(
        verdict_id: str, outcome: Outcome, *, by: str = "Mara", reason: str = "a cat", notify: bool = True
    ) -> Settled:
        now = clock.now()
        return database.write(
            lambda c: settle(c, verdict_id, outcome, by=by, reason=reason, now=now, notify=notify)
        )

    return run


@pytest.fixture
def hold(database: Database, clock: ManualClock) -> Callable[[], str]:
    """Record one held upload."""
    return lambda: database.write(lambda c: record(c, verdict_of(MATCH, case="c_1"), now=clock.now()))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_decision_is_recorded_with_who_why_and_when(
    database: Database, clock: ManualClock, settled: Settle, hold: Callable[[], str], outcome: Outcome
) -> None:
    verdict_id = hold()

    answer = settled(verdict_id, outcome, by="  Mara ", reason=" a cat\n")

    row = database.read(lambda c: c.execute(select(verdicts)).one())
    assert (row.state, row.settled_by, row.settled_reason, row.settled_at) == (
        outcome,
        "Mara",
        "a cat",
        clock.now(),
    )
    assert answer == Settled(verdict_id, outcome, "Mara", "a cat", clock.now(), changed=True)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_platform_and_ledger_are_told_once(
    database: Database, settled: Settle, hold: Callable[[], str], outcome: Outcome
) -> None:
    verdict_id = hold()
    settled(verdict_id, outcome)
    again = settled(verdict_id, outcome, by="Noor", reason="also a cat")

    assert not again.changed
    assert (again.by, again.reason) == ("Mara", "a cat")
    assert [body["type"] for body in database.read(webhooks)] == [f"hold.{outcome}"]
    assert database.read(ledger_rows) == [(f"hold_{outcome}", {"verdict": verdict_id})]


def test_without_a_webhook_only_the_record_is_made(
    database: Database, settled: Settle, hold: Callable[[], str]
) -> None:
    settled(hold(), Outcome.RELEASED, notify=False)

    assert database.read(webhooks) == []
    assert len(database.read(ledger_rows)) == 1


@pytest.mark.parametrize(
    ("first", "second"), [(Outcome.RELEASED, Outcome.REMOVED), (Outcome.REMOVED, Outcome.RELEASED)]
)
def test_a_decision_is_not_overwritten_by_the_opposite(
    database: Database, settled: Settle, hold: Callable[[], str], first: Outcome, second: Outcome
) -> None:
    verdict_id = hold()
    settled(verdict_id, first)

    with pytest.raises(HoldConflict):
        settled(verdict_id, second, by="Noor")

    assert database.read(lambda c: c.execute(select(verdicts.c.state)).scalar_one()) == first
    assert len(database.read(webhooks)) == 1


def test_of_two_people_deciding_at_once_one_is_told_of_the_other(
    database: Database, settled: Settle, hold: Callable[[], str]
) -> None:
    verdict_id = hold()
    together = threading.Barrier(8)

    def decide(number: int) -> str:
        together.wait()
        try:
            return "done" if settled(verdict_id, list(Outcome)[number % 2]).changed else "same"
        except HoldConflict:
            return "conflict"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(decide, range(8)))

    assert sorted(answers) == ["conflict"] * 4 + ["done"] + ["same"] * 3
    assert len(database.read(webhooks)) == len(database.read(ledger_rows)) == 1


@pytest.mark.parametrize("by", ["", "  ", "x" * 256, "a\0b"])
def test_somebody_must_stand_behind_a_decision(settled: Settle, hold: Callable[[], str], by: str) -> None:
    with pytest.raises(SettlementIncomplete, match="who decides"):
        settled(hold(), Outcome.RELEASED, by=by)


@pytest.mark.parametrize("reason", ["", "\n", "x" * 4_001, "a\0b"])
def test_a_decision_needs_a_reason(settled: Settle, hold: Callable[[], str], reason: str) -> None:
    with pytest.raises(SettlementIncomplete, match="reason"):
        settled(hold(), Outcome.RELEASED, reason=reason)


def test_what_waits_longest_comes_first_page_by_page(database: Database, clock: ManualClock) -> None:
    ids = []
    for _ in range(5):
        ids += [database.write(lambda c: record(c, verdict_of(), now=clock.now())) for _ in range(2)]
        clock.advance(timedelta(minutes=1))
    expected = [item for pair in zip(ids[::2], ids[1::2], strict=True) for item in sorted(pair)]

    def page(after: str | None) -> list[str]:
        return [item.verdict for item in database.read(lambda c: list_held(c, limit=3, after=after))]

    seen = page(None)
    while more := page(seen[-1]):
        assert len(more) <= 3
        seen += more

    assert seen == expected


def test_the_next_page_is_found_when_the_last_item_was_settled_meanwhile(
    database: Database, settled: Settle, hold: Callable[[], str]
) -> None:
    first, second = sorted([hold(), hold()])
    settled(first, Outcome.RELEASED)

    assert [item.verdict for item in database.read(lambda c: list_held(c, after=first))] == [second]


def test_a_held_item_is_shown_with_what_was_found_and_why(database: Database, clock: ManualClock) -> None:
    verdict = verdict_of(MATCH, MATCH, case="c_1", preserved=True)
    database.write(lambda c: record(c, verdict, now=clock.now()))

    (item,) = database.read(list_held)

    assert item.to_json() == {
        "verdict": verdict.id,
        "held_at": "2026-01-15T12:00:00+00:00",
        "kind": "upload",
        "account": "ann",
        "surface": "avatar",
        "codes": ("csam_known",),
        "reasons": ("because of unknown-file",),
        "case": "c_1",
        "preserved": True,
    }


def test_each_refusal_says_what_and_how_to_go_on(
    database: Database, clock: ManualClock, settled: Settle
) -> None:
    def add(decision: Decision, state: str) -> str:
        verdict = verdict_of(MATCH, decision=decision)
        return database.write(lambda c: record(c, verdict, now=clock.now(), state=state))

    released = add(Decision.HOLD, "held")
    settled(released, Outcome.RELEASED)
    tried = {
        "v_000000000000000000000000": HoldUnknown,
        add(Decision.BLOCK, "final"): NotHeld,
        add(Decision.WARN, "final"): NotHeld,
        released: HoldConflict,
    }
    lines = []
    for verdict_id, kind in tried.items():
        with pytest.raises(CaseworkError) as caught:
            settled(verdict_id, Outcome.REMOVED)
        assert type(caught.value) is kind
        lines.append(f"{kind.__name__}: {caught.value}\n".replace(verdict_id, "VERDICT"))

    assert "".join(lines) == (GOLDEN / "holds.txt").read_text()
