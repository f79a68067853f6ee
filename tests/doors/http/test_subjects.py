"""Subjects that are sent as JSON."""

from typing import Any

import httpx
import pytest

from doorward.doors.http.routes.subjects import MODELS
from doorward.subjects import Account, Contact, Context, Link, Message, Search, Subject, Visibility
from support.door import Cardboard, bearer

CONTEXT = {"account": "u-1", "surface": "chat", "visibility": "private"}
TOLD = Context(account="u-1", surface="chat", visibility=Visibility.PRIVATE)
SUBJECTS: dict[str, tuple[dict[str, Any], Subject]] = {
    "message": (
        {"conversation": "c", "text": "See you on Tuesday.", "message_id": "m", "recipients": ["u-2"]},
        Message("See you on Tuesday.", "c", "m", ("u-2",), TOLD),
    ),
    "contact": ({"recipient": "u-2", "channel": "request"}, Contact("u-2", "request", TOLD)),
    "account": (
        {"names": ["Sam"], "born": "1990-02", "emails": ["sam@example.org"], "phones": ["+44 20 7946"]},
        Account(("Sam",), "1990-02", ("sam@example.org",), ("+44 20 7946",), TOLD),
    ),
    "link": ({"url": "https://example.org/"}, Link("https://example.org/", TOLD)),
    "search": ({"query": "landscapes"}, Search("landscapes", TOLD)),
}


@pytest.mark.parametrize("kind", SUBJECTS)
def test_each_kind_of_subject_reaches_the_gate_as_it_was_sent(
    kind: str, house: Cardboard, client: httpx.Client
) -> None:
    body, subject = SUBJECTS[kind]
    answer = client.post(f"/v1/screen/{kind}", json={**body, **CONTEXT}, headers=bearer())
    assert answer.status_code == 200, answer.text
    assert answer.json()["decision"] == "allow"
    assert house.gate.seen[-1].subject == subject


@pytest.mark.parametrize("kind", SUBJECTS)
def test_context_that_is_left_out_is_unknown(kind: str, house: Cardboard, client: httpx.Client) -> None:
    client.post(f"/v1/screen/{kind}", json=SUBJECTS[kind][0], headers=bearer())
    assert house.gate.seen[-1].subject.context == Context()


@pytest.mark.parametrize("model", MODELS)
def test_the_examples_of_the_documentation_are_accepted(model: Any, client: httpx.Client) -> None:
    (example,) = model.model_json_schema()["examples"]
    answer = client.post(f"/v1/screen/{model.kind}", json=example, headers=bearer())
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("body", "status", "hint"),
    [
        (b"", 400, "not valid JSON"),
        (b"{", 400, "not valid JSON"),
        (b'{"text": "\\ud800"}', 400, "not valid JSON"),
        (b'{"text": "\xff"}', 400, "not valid JSON"),
        (b"[" * 1_900, 400, "not valid JSON"),
        (b"[]", 422, "should be an object"),
        (b"{}", 422, "`text` is missing; add it"),
        (b'{"conversation": "c", "text": "t", "txet": "t"}', 422, "`txet` is not a field"),
        (b'{"conversation": "c", "text": 5}', 422, "`text` input should be a valid string"),
        (b'{"conversation": "c\\n", "text": "t"}', 422, "`conversation` has characters"),
        (b'{"conversation": "c", "text": "\\u0000"}', 422, "`text` has characters"),
        (b'{"conversation": "c", "text": "t", "ip": "here"}', 422, "`ip` must be"),
        (b'{"conversation": "c", "text": "' + b"x" * 2_000 + b'"}', 413, "http.max_json_bytes"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_with_the_reason(
    body: bytes, status: int, hint: str, house: Cardboard, client: httpx.Client
) -> None:
    headers = {**bearer(), "Content-Type": "application/json"}
    answer = client.post("/v1/screen/message", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert hint in answer.json()["detail"]
    assert not house.gate.seen


def test_json_in_chunks_is_refused_once_it_is_over_the_limit(client: httpx.Client) -> None:
    headers = {**bearer(), "Content-Type": "application/json"}
    endless = (b" " * 500 for _ in range(10))
    assert client.post("/v1/screen/search", content=endless, headers=headers).status_code == 413


def test_json_that_finds_no_memory_is_a_503_that_says_hold(house: Cardboard, client: httpx.Client) -> None:
    with house.budget.lease(499_990):
        answer = client.post("/v1/screen/search", json={"query": "landscapes"}, headers=bearer())
    assert answer.status_code == 503
    assert answer.json()["decision"] == "hold"
    assert house.nothing_is_kept


def test_a_body_of_nothing_but_unknown_fields_gets_a_short_answer(client: httpx.Client) -> None:
    body = {"query": "x", **{f"field{number}": 1 for number in range(100)}}
    answer = client.post("/v1/screen/search", json=body, headers=bearer())
    assert "has 100 field(s)" in answer.json()["detail"]
    assert len(answer.json()["errors"]) == 20


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(media_type: str, client: httpx.Client) -> None:
    headers = {**bearer(), "Content-Type": media_type}
    answer = client.post("/v1/screen/search", content=b'{"query": "x"}', headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


def test_a_content_type_may_name_its_charset(client: httpx.Client) -> None:
    headers = {**bearer(), "Content-Type": "Application/JSON; charset=utf-8"}
    assert client.post("/v1/screen/search", content=b'{"query": "x"}', headers=headers).status_code == 200


def test_query_parameters_are_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/screen/search?query=x", json={"query": "x"}, headers=bearer())
    assert answer.status_code == 400


def test_an_error_never_repeats_what_was_sent(client: httpx.Client) -> None:
    body = {"conversation": "c", "text": 7, "account": "secret\u0007", "ip": "secret"}
    assert "secret" not in client.post("/v1/screen/message", json=body, headers=bearer()).text
