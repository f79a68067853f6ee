"""Holds, account facts, context and verdicts over HTTP, on the real rooms and both databases."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection

from doorward.access import Scope
from doorward.casework import context
from doorward.casework.cases import open_or_update
from doorward.doors.http.answers import HoldsOut, RecordedVerdictOut, SettledOut
from doorward.doors.http.rooms import AnswersInDatabase, FactsInDatabase, HoldsInDatabase, VerdictsInDatabase
from doorward.evidence import create_master_key
from doorward.storage import Database
from doorward.verdicts import Decision
from support.casefiles import MATCH, record, verdict_of, webhooks
from support.door import NOW, Cardboard, bearer
from support.live import Stage

MONTH = timedelta(days=30)
HOLDS = bearer(Scope.HOLDS)
FACTS = bearer(Scope.FACTS)
ORDER = {"by": "Mara", "reason": "a cat"}
TOLD = {"names": ["Ann"], "ip_events": [{"ip": "203.0.113.7", "event": "login"}]}


@pytest.fixture(autouse=True)
def _rooms(database: Database, house: Cardboard, client: httpx.Client, stage: Stage, tmp_path: Path) -> None:
    """Put a door before real rooms on the stage."""
    clock = house.clock
    stage.app = house.app(
        answers=AnswersInDatabase(database, clock),
        holds=HoldsInDatabase(database, clock, notify=True),
        facts=FactsInDatabase(database, clock, create_master_key(tmp_path / "key"), MONTH),
        verdicts=VerdictsInDatabase(database),
    )


def _record(database: Database, decision: Decision = Decision.HOLD, minutes: int = 0) -> str:
    verdict = verdict_of(MATCH, decision=decision)
    state = "held" if decision is Decision.HOLD else "final"
    return database.write(lambda c: record(c, verdict, now=NOW + timedelta(minutes=minutes), state=state))


def _asked(database: Database, account: str) -> str:
    verdict = verdict_of(MATCH)

    def ask(connection: Connection) -> str | None:
        case = open_or_update(connection, verdict, account=account, now=NOW)
        return context.request_context(
            connection,
            verdict=verdict,
            account=account,
            case_id=case,
            now=NOW,
            keep_until=NOW + MONTH,
            public_url=None,
        )

    request_id = database.write(ask)
    assert request_id is not None
    return request_id


def test_held_items_come_in_pages_the_longest_waiting_first(database: Database, client: httpx.Client) -> None:
    ids = [_record(database, minutes=number) for number in range(3)]
    _record(database, Decision.BLOCK)
    first = client.get("/v1/holds?limit=2", headers=HOLDS).json()
    rest = client.get(f"/v1/holds?limit=2&after={first['next']}", headers=HOLDS).json()
    HoldsOut.model_validate(first)
    assert [item["verdict"] for item in first["holds"] + rest["holds"]] == ids
    assert rest["next"] is None
    assert client.get("/v1/holds?after=v_none", headers=HOLDS).status_code == 404


@pytest.mark.parametrize(("deed", "outcome"), [("release", "released"), ("remove", "removed")])
def test_a_person_settles_a_hold_once_and_the_platform_is_told(
    deed: str, outcome: str, database: Database, client: httpx.Client
) -> None:
    verdict = _record(database)
    address = f"/v1/holds/{verdict}/{deed}"
    first = client.post(address, json=ORDER, headers=HOLDS)
    again = client.post(address, json=ORDER, headers=HOLDS)
    assert (first.status_code, again.status_code) == (200, 200)
    SettledOut.model_validate(first.json())
    assert (first.json()["outcome"], first.json()["by"], first.json()["changed"]) == (outcome, "Mara", True)
    assert not again.json()["changed"]
    assert [payload["type"] for payload in database.read(webhooks)] == [f"hold.{outcome}"]
    assert client.get("/v1/holds", headers=HOLDS).json()["holds"] == []


def test_a_hold_that_cannot_be_settled_says_why(database: Database, client: httpx.Client) -> None:
    held, blocked = _record(database), _record(database, Decision.BLOCK)
    client.post(f"/v1/holds/{held}/release", json=ORDER, headers=HOLDS)
    for address, status, hint in (
        (f"/v1/holds/{held}/remove", 409, "Mara"),
        (f"/v1/holds/{blocked}/release", 409, blocked),
        ("/v1/holds/v_none/release", 404, "v_none"),
    ):
        answer = client.post(address, json=ORDER, headers=HOLDS)
        assert answer.status_code == status
        assert hint in answer.json()["detail"]


@pytest.mark.parametrize("order", [{}, {"by": "Mara"}, {"by": "", "reason": "x"}, {"by": " ", "reason": "x"}])
def test_nobody_settles_a_hold_without_a_name_and_a_reason(
    order: dict[str, str], database: Database, client: httpx.Client
) -> None:
    verdict = _record(database)
    assert client.post(f"/v1/holds/{verdict}/release", json=order, headers=HOLDS).status_code == 422
    assert len(client.get("/v1/holds", headers=HOLDS).json()["holds"]) == 1


@pytest.mark.parametrize("account", ["u-1842", "team/7", "🐈"])
def test_account_facts_are_told_read_and_forgotten(account: str, client: httpx.Client) -> None:
    address = f"/v1/accounts/{account}/facts"
    assert client.get(address, headers=FACTS).status_code == 404
    assert client.put(address, json=TOLD, headers=FACTS).status_code == 204
    assert client.get(address, headers=FACTS).json() == TOLD
    assert client.delete(address, headers=FACTS).status_code == 204
    assert client.get(address, headers=FACTS).status_code == 404
    assert client.delete(address, headers=FACTS).status_code == 404


@pytest.mark.parametrize("facts", [{"name": "Ann"}, {"ip_events": [{"ip": 1}]}, {"created_at": 5}, []])
def test_facts_that_cannot_be_used_are_refused(facts: object, client: httpx.Client) -> None:
    assert client.put("/v1/accounts/u-1/facts", json=facts, headers=FACTS).status_code == 422


def test_a_request_for_context_is_answered_once(database: Database, client: httpx.Client) -> None:
    address = f"/v1/context/{_asked(database, 'u-1842')}"
    assert client.post(address, json=TOLD, headers=FACTS).status_code == 204
    assert client.get("/v1/accounts/u-1842/facts", headers=FACTS).json() == TOLD
    assert client.post(address, json=TOLD, headers=FACTS).status_code == 409


def test_a_request_for_context_that_is_unknown_or_over_says_so(
    database: Database, house: Cardboard, client: httpx.Client
) -> None:
    assert client.post("/v1/context/x_none", json=TOLD, headers=FACTS).status_code == 404
    address = f"/v1/context/{_asked(database, 'u-1842')}"
    house.clock.advance(MONTH)
    answer = client.post(address, json=TOLD, headers=FACTS)
    assert answer.status_code == 410
    assert "/v1/accounts/{id}/facts" in answer.json()["detail"]


def test_a_recorded_verdict_can_be_read_with_what_became_of_it(
    database: Database, client: httpx.Client
) -> None:
    verdict = _record(database)
    address = f"/v1/verdicts/{verdict}"
    before = client.get(address, headers=bearer(Scope.VERDICTS)).json()
    client.post(f"/v1/holds/{verdict}/release", json=ORDER, headers=HOLDS)
    after = client.get(address, headers=bearer(Scope.VERDICTS)).json()
    for body in (before, after):
        RecordedVerdictOut.model_validate(body)
    assert (before["state"], after["state"], after["settled_by"]) == ("held", "released", "Mara")
    assert before["decision"] == "hold"


def test_a_verdict_that_was_not_kept_is_not_found(client: httpx.Client) -> None:
    answer = client.get("/v1/verdicts/v_none", headers=bearer(Scope.VERDICTS))
    assert answer.status_code == 404
