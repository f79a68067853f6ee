"""Alive, ready, and figures."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from doorward.doors.http import probes
from doorward.doors.http.metrics import HouseState, ListAge
from doorward.doors.http.readiness import MAX_AGE_S, Probe, Readiness
from doorward.findings import Code
from doorward.imagery import canary
from doorward.storage import Database
from doorward.storage.tables import idempotency
from doorward.subjects import Search, Subject, Upload
from doorward.verdicts import Decision, Verdict
from support.door import Cardboard, bearer, full_verdict
from support.live import Stage


def _saying(*failures: str) -> Probe:
    async def probe() -> Iterable[str]:
        return failures

    return probe


def _breaking() -> Probe:
    async def probe() -> Iterable[str]:
        raise ValueError("why")

    return probe


def test_a_process_that_answers_is_alive(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


def test_ready_is_200_with_every_check_and_every_warning(
    house: Cardboard, client: httpx.Client, stage: Stage
) -> None:
    ready = Readiness({"database": _saying()}, lambda: ["list 'x' expires in 9 days"], house.clock)
    stage.app = house.app(readiness=ready)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "checks": {"database": {"ok": True, "failures": []}},
        "warnings": ["list 'x' expires in 9 days"],
    }


def test_one_failing_check_makes_the_server_unready(
    house: Cardboard, client: httpx.Client, stage: Stage
) -> None:
    checks = {"database": _saying(), "canary": _saying("the canary passed"), "imagery": _breaking()}
    stage.app = house.app(readiness=Readiness(checks, tuple, house.clock))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": {"ok": True, "failures": []},
        "canary": {"ok": False, "failures": ["the canary passed"]},
        "imagery": {"ok": False, "failures": ["the probe failed (ValueError)"]},
    }


def test_the_report_is_kept_for_some_seconds_and_then_made_again(
    house: Cardboard, client: httpx.Client, stage: Stage
) -> None:
    asked = []

    async def probe() -> Iterable[str]:
        asked.append(1)
        return ()

    stage.app = house.app(readiness=Readiness({"one": probe}, tuple, house.clock))
    for _ in range(3):
        client.get("/readyz")
    assert len(asked) == 1
    house.clock.advance(timedelta(seconds=MAX_AGE_S))
    client.get("/readyz")
    assert len(asked) == 2


class _Gate:
    def __init__(self, decision: Decision) -> None:
        self._decision = decision
        self.data = b""

    async def assess(self, subject: Subject) -> Verdict:
        assert isinstance(subject, Upload)
        self.data = bytes(subject.body.view())
        verdict = full_verdict("v_1", subject, self._decision)
        return replace(verdict, findings=tuple(replace(one, code=Code.CANARY) for one in verdict.findings))


@pytest.mark.parametrize("decision", list(Decision))
def test_a_canary_that_is_not_blocked_makes_the_server_unready(
    decision: Decision, house: Cardboard, client: httpx.Client, stage: Stage
) -> None:
    gate = _Gate(decision)
    checks = {"canary": probes.canary_stopped(gate)}
    stage.app = house.app(readiness=Readiness(checks, tuple, house.clock))
    answer = client.get("/readyz")
    assert answer.status_code == (200 if decision is Decision.BLOCK else 503)
    assert gate.data == canary.png()


def test_a_database_that_takes_a_row_is_writable_and_keeps_nothing_of_it(
    database: Database, house: Cardboard, client: httpx.Client, stage: Stage
) -> None:
    checks = {"database": probes.database_writable(database)}
    stage.app = house.app(readiness=Readiness(checks, tuple, house.clock))
    assert client.get("/readyz").status_code == 200
    assert database.read(lambda c: c.execute(select(idempotency)).all()) == []


def test_a_database_that_takes_no_row_makes_the_server_unready(
    sqlite_database: Database, house: Cardboard, client: httpx.Client, stage: Stage
) -> None:
    sqlite_database.write(lambda connection: connection.exec_driver_sql("DROP TABLE idempotency"))
    checks = {"database": probes.database_writable(sqlite_database)}
    stage.app = house.app(readiness=Readiness(checks, tuple, house.clock))
    assert client.get("/readyz").status_code == 503


def test_figures_name_decisions_causes_stages_lists_and_nothing_of_anybody(
    house: Cardboard, client: httpx.Client
) -> None:
    house.gauges.state = HouseState(
        lists={"hotline": ListAge(3.5, 9.25)},
        decoders={"busy": 1, "idle": 3},
        outbox={"pending": 2, "dead": 0},
        warnings=1,
    )
    context = {"account": "u-1842", "surface": "avatar"}
    client.post("/v1/screen/search", json={"query": "landscapes", **context}, headers=bearer())
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for line in (
        'doorward_decisions_total{decision="allow",kind="search",worker="0"} 1.0',
        'doorward_not_assessed_total{cause="timeout",detector="imagery",worker="0"} 1.0',
        'doorward_stage_seconds_count{stage="decode",worker="0"} 1.0',
        'doorward_list_expires_in_days{list="hotline",worker="0"} 9.25',
        'doorward_list_age_days{list="hotline",worker="0"} 3.5',
        'doorward_decoders{state="busy",worker="0"} 1.0',
        'doorward_outbox_items{state="pending",worker="0"} 2.0',
        'doorward_http_in_flight_bytes{worker="0"} 0.0',
        'doorward_warnings{worker="0"} 1.0',
    ):
        assert line in answer.text.splitlines()
    assert 'route="/v1/screen/search",status="200",worker="0"} 1.0' in answer.text
    assert not [secret for secret in ("u-1842", "landscapes", "v_1") if secret in answer.text]


def test_a_list_that_was_removed_is_no_longer_in_the_figures(house: Cardboard, client: httpx.Client) -> None:
    house.gauges.state = HouseState(lists={"hotline": ListAge(3.5, 9.25)})
    assert "hotline" in client.get("/metrics").text
    house.gauges.state = HouseState()
    assert "hotline" not in client.get("/metrics").text


def test_look_ups_are_counted_by_others_and_only_grow() -> None:
    house = Cardboard()
    house.metrics.render(HouseState(look_ups=5, look_up_batches=4), 0)
    figures = house.metrics.render(HouseState(look_ups=9, look_up_batches=5), 0).decode().splitlines()
    assert 'doorward_look_ups_total{worker="0"} 9.0' in figures
    assert 'doorward_look_up_batches_total{worker="0"} 5.0' in figures


def test_every_process_labels_its_own_figures() -> None:
    house = Cardboard()
    house.metrics.verdict(full_verdict("v_1", Search("x"), Decision.ALLOW))
    samples = [line for line in house.metrics.render(HouseState(), 0).decode().splitlines() if line[0] != "#"]
    assert samples
    assert all('worker="0"' in line for line in samples)
