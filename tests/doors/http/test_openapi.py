"""The OpenAPI document is complete and true."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from doorward.casework.holds import HeldItem
from doorward.doors.http.answers import RecordedVerdictOut, VerdictOut
from doorward.subjects import Context, Search
from doorward.verdicts import Decision
from doorward.wire import verdict_to_json
from support.door import NOW, Cardboard, full_verdict
from support.live import LiveDoor
from support.openapi import check_openapi

PROBLEM = "application/problem+json"
EXAMPLE_ID = "v_4f1d0c2b"  # the id that the document gives as an example


def test_schemathesis_finds_no_error_and_nothing_undocumented(tmp_path: Path) -> None:
    house = Cardboard()
    house.holds.held[EXAMPLE_ID] = HeldItem(EXAMPLE_ID, NOW, "upload", "u", "s", (), ("why",), "c", True)
    house.verdicts.recorded[EXAMPLE_ID] = _recorded()
    with LiveDoor(house.app()) as live:
        check_openapi(live.url, "dw_admin", tmp_path)
    assert len(house.gate.seen) > 50


@pytest.mark.parametrize("decision", list(Decision))
def test_the_documented_verdict_is_the_one_that_is_sent(decision: Decision) -> None:
    sent = verdict_to_json(full_verdict("v_1", Search("x", Context()), decision))
    assert VerdictOut.model_validate(sent).model_dump(mode="json", exclude_none=True) == sent


def test_every_operation_documents_its_errors_as_problems(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    for address, operations in document["paths"].items():
        for method, operation in operations.items():
            errors = {int(s): r for s, r in operation["responses"].items() if int(s) >= 400}
            assert 500 in errors
            if address.startswith("/v1/"):
                assert {401, 403, 503} <= errors.keys(), (method, address)
                assert operation["security"] == [{"ApiKey": []}]
            for status, response in errors.items():
                expected = "application/json" if (address, status) == ("/readyz", 503) else PROBLEM
                assert list(response["content"]) == [expected]


def test_every_body_and_every_answer_has_an_example(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    for operations in document["paths"].values():
        for operation in operations.values():
            for media_type, content in _contents(operation):
                if media_type.endswith("json"):
                    name = content["schema"]["$ref"].rpartition("/")[2]
                    assert schemas[name].get("examples"), f"{name} has no example"


def test_there_are_no_pages_that_load_scripts_from_elsewhere(client: httpx.Client) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def _contents(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    described = [operation.get("requestBody", {}), *operation["responses"].values()]
    return [pair for each in described for pair in each.get("content", {}).items()]


def _recorded() -> dict[str, Any]:
    verdict = full_verdict(EXAMPLE_ID, Search("x", Context()), Decision.HOLD)
    body = {**verdict_to_json(verdict), "kind": "search", "state": "held", "created_at": NOW.isoformat()}
    RecordedVerdictOut.model_validate(body)
    return body
