"""What is logged of a request, and what never is."""

from collections.abc import MutableMapping
from typing import Any

import httpx

from support.door import bearer

SECRETS = ("u-1842", "cat.png", "203.0.113.7", "secret words", "dw_admin")


def _entries(logged: list[MutableMapping[str, Any]]) -> list[MutableMapping[str, Any]]:
    return [entry for entry in logged if entry["event"] == "request"]


def test_a_request_is_one_line_with_its_route_and_without_its_content(
    client: httpx.Client, logged: list[MutableMapping[str, Any]]
) -> None:
    context = '{"account": "u-1842", "filename": "cat.png", "ip": "203.0.113.7"}'
    headers = {**bearer(), "Doorward-Context": context}
    client.post("/v1/screen/upload?q=secret+words", content=b"secret words", headers=headers)
    client.post("/v1/screen/upload", content=b"secret words", headers=headers)
    client.get("/v1/accounts/u-1842/facts", headers={"Authorization": "Bearer dw_admin"})
    client.get("/v1/secret words")
    described = [(e["method"], e["route"], e["status"], e["bytes_in"]) for e in _entries(logged)]
    assert described == [
        ("POST", "/v1/screen/upload", 400, 0),
        ("POST", "/v1/screen/upload", 200, 12),
        ("GET", "/v1/accounts/{account}/facts", 404, 0),
        ("GET", "(none)", 404, 0),
    ]
    assert all(entry["ms"] >= 0 and entry["bytes_out"] > 0 for entry in _entries(logged))
    assert not [secret for secret in SECRETS if secret in str(logged)]


def test_methods_that_nobody_knows_do_not_fill_the_figures(client: httpx.Client) -> None:
    client.request("PROPFIND", "/healthz")
    figures = client.get("/metrics").text
    assert 'method="OTHER"' in figures
    assert "PROPFIND" not in figures
