"""Whatever people do to holds, in whatever order: the first decision stands, and is told once."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorward.casework.errors import HoldConflict, NotHeld
from doorward.casework.holds import Outcome, list_held, settle
from doorward.clock import ManualClock
from doorward.storage import Database
from doorward.verdicts import Decision
from support.casefiles import ledger_rows, record, verdict_of, webhooks

ITEMS = (Decision.HOLD, Decision.HOLD, Decision.BLOCK)
steps = st.lists(
    st.tuples(st.integers(0, len(ITEMS) - 1), st.sampled_from(Outcome), st.booleans()), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_first_decision_stands(
    sqlite_database: Database, clock: ManualClock, tried: list[tuple[int, Outcome, bool]]
) -> None:
    database, ids = sqlite_database, [_add(sqlite_database, decision, clock) for decision in ITEMS]
    expected: dict[str, Outcome] = {}
    told: set[str] = set()

    for item, outcome, notify in tried:
        clock.advance(timedelta(seconds=1))
        answer = _try(database, ids[item], outcome, notify, clock)
        if ITEMS[item] is not Decision.HOLD:
            assert answer == "not held"
        elif expected.setdefault(ids[item], outcome) is not outcome:
            assert answer == "conflict"
        else:
            assert answer in ("changed", "same")
        if answer == "changed" and notify:
            told.add(ids[item])

    held = {item.verdict for item in database.read(lambda c: list_held(c, limit=10_000))}
    ours = [body for _, body in database.read(ledger_rows) if body["verdict"] in ids]
    assert held & set(ids) == {ids[0], ids[1]} - set(expected)
    assert sorted(body["verdict"] for body in ours) == sorted(expected)
    assert sorted(
        (body["data"]["verdict"], body["type"])
        for body in database.read(webhooks)
        if body["data"]["verdict"] in ids
    ) == sorted((verdict, f"hold.{expected[verdict]}") for verdict in told)


def _add(database: Database, decision: Decision, clock: ManualClock) -> str:
    state = "held" if decision is Decision.HOLD else "final"
    verdict = verdict_of(decision=decision)
    return database.write(lambda c: record(c, verdict, now=clock.now(), state=state))


def _try(database: Database, verdict_id: str, outcome: Outcome, notify: bool, clock: ManualClock) -> str:
    now = clock.now()
    try:
        settled = database.write(
            lambda c: settle(c, verdict_id, outcome, by="Mara", reason="a cat", now=now, notify=notify)
        )
    except HoldConflict:
        return "conflict"
    except NotHeld:
        return "not held"
    return "changed" if settled.changed else "same"
