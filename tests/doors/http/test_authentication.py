"""Who may do what, and that nothing else is said to anybody else."""

import httpx
import pytest

from doorward.access import Scope
from doorward.storage import DatabaseUnavailable
from support.door import Cardboard, bearer

# Every route that needs a key, with the scope it needs.
ROUTES = [
    ("POST", "/v1/screen/upload", Scope.SCREEN),
    ("POST", "/v1/screen/message", Scope.SCREEN),
    ("POST", "/v1/screen/contact", Scope.SCREEN),
    ("POST", "/v1/screen/account", Scope.SCREEN),
    ("POST", "/v1/screen/link", Scope.SCREEN),
    ("POST", "/v1/screen/search", Scope.SCREEN),
    ("PUT", "/v1/accounts/u-1/facts", Scope.FACTS),
    ("GET", "/v1/accounts/u-1/facts", Scope.FACTS),
    ("DELETE", "/v1/accounts/u-1/facts", Scope.FACTS),
    ("POST", "/v1/context/x_1", Scope.FACTS),
    ("GET", "/v1/holds", Scope.HOLDS),
    ("POST", "/v1/holds/v_1/release", Scope.HOLDS),
    ("POST", "/v1/holds/v_1/remove", Scope.HOLDS),
    ("GET", "/v1/verdicts/v_1", Scope.VERDICTS),
    ("GET", "/v1/lists", Scope.LISTS),
]
OPEN = {"/healthz", "/readyz", "/metrics"}


@pytest.mark.parametrize(("method", "address", "scope"), ROUTES)
def test_a_route_answers_only_keys_with_its_scope(
    method: str, address: str, scope: Scope, client: httpx.Client
) -> None:
    for other in Scope:
        status = client.request(method, address, headers=bearer(other)).status_code
        assert (status == 403) == (other not in (scope, Scope.ADMIN)), other


@pytest.mark.parametrize(("method", "address", "scope"), ROUTES)
def test_a_route_refuses_those_without_a_key(
    method: str, address: str, scope: Scope, client: httpx.Client
) -> None:
    for header in ({}, {"Authorization": "Basic dTpw"}, {"Authorization": "Bearer"}):
        answer = client.request(method, address, headers=header)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="doorward"'
        assert answer.json()["type"] == "/problems/key-required"


def test_the_table_above_has_every_route(client: httpx.Client) -> None:
    documented = {
        (method.upper(), address)
        for address, operations in client.get("/openapi.json").json()["paths"].items()
        for method in operations
        if address not in OPEN
    }
    for method, address, _ in ROUTES:
        names = {"u-1": "{account}", "x_1": "{request_id}", "v_1": "{verdict}"}
        template = "/".join(names.get(part, part) for part in address.split("/"))
        documented.remove((method, template))
    assert not documented


@pytest.mark.parametrize("token", ["dw_wrong", "\u00e9", "x" * 10_000, "dw_screen dw_screen"])
def test_a_wrong_key_is_named_as_such(token: str, house: Cardboard, client: httpx.Client) -> None:
    headers = [(b"Authorization", f"Bearer {token}".encode())]
    answer = client.post("/v1/screen/upload", content=b"x", headers=headers)
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]
    assert "doorward keys create" in answer.json()["detail"]
    assert not house.gate.seen


def test_a_key_without_the_scope_is_told_which(client: httpx.Client) -> None:
    answer = client.post("/v1/screen/upload", content=b"x", headers=bearer(Scope.LISTS))
    assert answer.status_code == 403
    assert 'scope="screen"' in answer.headers["WWW-Authenticate"]
    assert "k_lists" in answer.json()["detail"]


def test_keys_that_cannot_be_read_are_a_503_that_says_hold_and_no_refusal(
    house: Cardboard, client: httpx.Client
) -> None:
    house.keys.failure = DatabaseUnavailable("the database is away")
    answer = client.post("/v1/screen/upload", content=b"x", headers=bearer())
    assert answer.status_code == 503
    assert answer.json()["decision"] == "hold"
