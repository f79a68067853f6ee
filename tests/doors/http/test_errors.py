"""Every error is a problem document: what was wrong, where, how to mend it, and no content."""

from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest

from doorward.doors.http.problems import KINDS
from doorward.gate import GateUnavailable
from doorward.lists.catalogue import CatalogueNotLoaded
from doorward.storage import DatabaseUnavailable
from support.door import Cardboard, bearer

SECRET = "what somebody wrote"


def _is_problem(answer: httpx.Response, status: int, kind: str) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"/problems/{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"].endswith(".")


@pytest.mark.parametrize("failure", [GateUnavailable, DatabaseUnavailable, CatalogueNotLoaded])
@pytest.mark.parametrize("kind", ["upload", "search"])
def test_a_gate_that_cannot_answer_is_a_503_that_says_hold(
    failure: type[Exception],
    kind: str,
    house: Cardboard,
    client: httpx.Client,
    logged: list[MutableMapping[str, Any]],
) -> None:
    house.gate.failure = failure("the database at db.internal is away")
    body: dict[str, Any] = {"content": b"x"} if kind == "upload" else {"json": {"query": "x"}}
    answer = client.post(f"/v1/screen/{kind}", headers=bearer(), **body)
    _is_problem(answer, 503, "unavailable")
    assert answer.json()["decision"] == "hold"
    assert "db.internal" not in answer.text
    assert "db.internal" in str(logged)
    assert int(answer.headers["Retry-After"]) > 0
    assert house.nothing_is_kept


def test_what_nobody_expected_is_a_500_that_says_hold_and_nothing_of_the_cause(
    house: Cardboard, client: httpx.Client, logged: list[MutableMapping[str, Any]]
) -> None:
    house.gate.failure = RuntimeError(SECRET)
    answer = client.post("/v1/screen/upload", content=b"x", headers=bearer())
    _is_problem(answer, 500, "internal")
    assert answer.json()["decision"] == "hold"
    assert SECRET not in answer.text
    (entry,) = [entry for entry in logged if entry["log_level"] == "error"]
    assert entry["type"] == "RuntimeError"
    assert any("screen" in place for place in entry["places"])
    assert SECRET not in str(logged)
    assert house.nothing_is_kept


def test_elsewhere_a_500_does_not_speak_of_decisions(house: Cardboard, client: httpx.Client) -> None:
    house.holds.held = None  # type: ignore[assignment]
    answer = client.get("/v1/holds", headers=bearer())
    assert answer.status_code == 403
    answer = client.get("/v1/holds", headers={"Authorization": "Bearer dw_holds"})
    _is_problem(answer, 500, "internal")
    assert "decision" not in answer.json()


def test_an_unknown_address_is_a_problem(client: httpx.Client) -> None:
    answer = client.get("/v1/nothing")
    _is_problem(answer, 404, "not-found")
    assert "/openapi.json" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/v1/screen/upload", "POST"),
        ("/v1/accounts/u-1/facts", "DELETE, GET, PUT"),
        ("/healthz", "GET"),
        ("/openapi.json", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_a_problem_that_names_all_the_right_ones(
    address: str, allowed: str, client: httpx.Client
) -> None:
    answer = client.patch(address, headers=bearer())
    _is_problem(answer, 405, "method-refused")
    assert answer.headers["Allow"] == allowed


def test_an_address_with_impossible_parts_is_a_problem(client: httpx.Client) -> None:
    admin = {"Authorization": "Bearer dw_admin"}
    for address in ("/v1/holds?limit=0", "/v1/holds?limit=many", "/v1/verdicts/" + "x" * 41):
        _is_problem(client.get(address, headers=admin), 422, "invalid")
    for account in ("a%00b", "a%07b", "%FF", "x" * 256):
        answer = client.get(f"/v1/accounts/{account}/facts", headers=admin)
        _is_problem(answer, 422, "invalid")
        assert answer.json()["errors"][0]["field"] == "path.account"


def test_kinds_of_problems_have_names_of_their_own() -> None:
    assert len({kind.slug for kind in KINDS}) == len(KINDS)
    assert all(kind.title[0].isupper() and not kind.title.endswith(".") for kind in KINDS)
