"""Uploads: raw and in forms, with their context, within limits."""

import json

import httpx
import pytest

from doorward.subjects import Context, Upload, Visibility
from doorward.verdicts import Decision
from support.door import Cardboard, bearer

ADDRESS = "/v1/screen/upload"
CONTEXT = {
    "account": "u-1842",
    "surface": "avatar",
    "visibility": "private",
    "occurred_at": "2026-01-15T13:59:58+02:00",
    "ip": "2001:DB8::7",
    "jurisdiction": "GB",
    "filename": "Kätzchen.png",
}


def _upload(house: Cardboard) -> Upload:
    subject = house.gate.seen[-1].subject
    assert isinstance(subject, Upload)
    return subject


def _with(context: object) -> list[tuple[bytes, bytes]]:
    """The headers of an upload with `context`: UTF-8, which clients do not send by themselves."""
    headers = {**bearer(), "Doorward-Context": json.dumps(context, ensure_ascii=False)}
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _is_the_context(upload: Upload) -> None:
    context = upload.context
    assert (context.account, context.surface, context.jurisdiction) == ("u-1842", "avatar", "GB")
    assert context.visibility is Visibility.PRIVATE
    assert context.occurred_at is not None
    assert context.occurred_at.isoformat() == "2026-01-15T11:59:58+00:00"
    assert context.ip == "2001:db8::7"
    assert upload.filename == "Kätzchen.png"


def test_a_raw_body_of_any_type_reaches_the_gate_as_it_was_sent(
    house: Cardboard, client: httpx.Client
) -> None:
    body = bytes(range(256)) * 300
    answer = client.post(ADDRESS, content=body, headers={**bearer(), "Content-Type": "image/png"})
    assert answer.status_code == 200
    assert house.gate.seen[-1].data == body
    assert _upload(house).declared_type == "image/png"
    assert _upload(house).context == Context()
    assert house.gate.seen[-1].reserved
    assert house.nothing_is_kept


@pytest.mark.parametrize("decision", list(Decision))
def test_whatever_the_gate_answers_is_200_with_the_verdict(
    decision: Decision, house: Cardboard, client: httpx.Client
) -> None:
    house.gate.decision = decision
    answer = client.post(ADDRESS, content=b"x", headers=bearer())
    assert answer.status_code == 200
    assert answer.json()["decision"] == decision
    assert answer.json()["verdict"] == "v_1"


@pytest.mark.parametrize("body", [b"", b"x"])
def test_an_empty_body_and_one_byte_are_for_the_gate_to_judge(
    body: bytes, house: Cardboard, client: httpx.Client
) -> None:
    assert client.post(ADDRESS, content=body, headers=bearer()).status_code == 200
    assert house.gate.seen[-1].data == body


def test_context_comes_in_a_header_of_utf_8_json(house: Cardboard, client: httpx.Client) -> None:
    answer = client.post(ADDRESS, content=b"x", headers=_with(CONTEXT))
    assert answer.status_code == 200, answer.text
    _is_the_context(_upload(house))


def test_context_comes_in_the_fields_of_a_form(house: Cardboard, client: httpx.Client) -> None:
    files = {"file": ("other.png", b"picture", "image/png")}
    answer = client.post(ADDRESS, data=CONTEXT, files=files, headers=bearer())
    assert answer.status_code == 200, answer.text
    _is_the_context(_upload(house))
    assert house.gate.seen[-1].data == b"picture"
    assert _upload(house).declared_type == "image/png"


def test_context_comes_as_json_in_one_field_of_a_form(house: Cardboard, client: httpx.Client) -> None:
    files = {"file": ("other.png", b"picture", "image/png")}
    answer = client.post(ADDRESS, data={"context": json.dumps(CONTEXT)}, files=files, headers=bearer())
    assert answer.status_code == 200, answer.text
    _is_the_context(_upload(house))


def test_context_of_a_form_may_come_in_the_header(house: Cardboard, client: httpx.Client) -> None:
    files = {"file": ("other.png", b"picture", "image/png")}
    answer = client.post(ADDRESS, files=files, headers=_with(CONTEXT))
    assert answer.status_code == 200, answer.text
    _is_the_context(_upload(house))


def test_a_form_that_names_no_file_name_uses_that_of_its_part(house: Cardboard, client: httpx.Client) -> None:
    files = {"file": ("cat.png", b"picture", "image/png")}
    client.post(ADDRESS, data={"account": "u-1"}, files=files, headers=bearer())
    assert _upload(house).filename == "cat.png"


def test_context_in_two_places_is_refused(house: Cardboard, client: httpx.Client) -> None:
    files = {"file": ("cat.png", b"picture", "image/png")}
    headers = _with({"account": "u-1"})
    for fields in ({"account": "u-2"}, {"context": "{}"}):
        answer = client.post(ADDRESS, data=fields, files=files, headers=headers)
        assert answer.status_code == 422
        assert "Send one of them" in answer.json()["detail"]
    both = client.post(ADDRESS, data={"account": "u", "context": "{}"}, files=files, headers=bearer())
    assert both.status_code == 422
    assert not house.gate.seen
    assert house.nothing_is_kept


def test_a_body_over_the_limit_is_refused_unread_by_its_length(
    house: Cardboard, client: httpx.Client
) -> None:
    answer = client.post(ADDRESS, content=b"x" * 200_001, headers=bearer())
    assert answer.status_code == 413
    assert "http.max_body_bytes" in answer.json()["detail"]
    assert not house.spool.asked
    assert house.nothing_is_kept


def test_a_body_at_the_limit_is_taken_raw_and_in_a_form(house: Cardboard, client: httpx.Client) -> None:
    body = b"x" * 200_000
    assert client.post(ADDRESS, content=body, headers=bearer()).status_code == 200
    assert client.post(ADDRESS, files={"file": ("a", body)}, headers=bearer()).status_code == 200
    over = client.post(ADDRESS, files={"file": ("a", body + b"x")}, headers=bearer())
    assert over.status_code == 413
    assert house.nothing_is_kept


def test_without_disk_space_the_upload_goes_to_the_gate_without_a_reservation(
    house: Cardboard, client: httpx.Client
) -> None:
    house.spool.room = 10
    assert client.post(ADDRESS, content=b"x" * 11, headers=bearer()).status_code == 200
    assert not house.gate.seen[-1].reserved


def test_memory_that_is_taken_by_others_is_a_503_that_says_hold(
    house: Cardboard, client: httpx.Client
) -> None:
    with house.budget.lease(450_000):
        answer = client.post(ADDRESS, content=b"x" * 100_000, headers=bearer())
    assert answer.status_code == 503
    assert answer.json()["decision"] == "hold"
    assert answer.json()["type"] == "/problems/overloaded"
    assert int(answer.headers["Retry-After"]) > 0
    assert not house.gate.seen
    assert house.nothing_is_kept


def test_query_parameters_are_refused_since_urls_are_logged(house: Cardboard, client: httpx.Client) -> None:
    answer = client.post(f"{ADDRESS}?account=u-1", content=b"x", headers=bearer())
    assert answer.status_code == 400
    assert "Doorward-Context" in answer.json()["detail"]
    assert not house.gate.seen


@pytest.mark.parametrize(
    ("context", "field", "hint"),
    [
        ({"acount": "u-1"}, "acount", "check its spelling"),
        ({"account": 5}, "account", "valid string"),
        ({"account": ""}, "account", "at least 1 character"),
        ({"account": "a\u0000b"}, "account", "characters that are not permitted"),
        ({"account": "x" * 256}, "account", "at most 255 characters"),
        ({"visibility": "secret"}, "visibility", "'public'"),
        ({"occurred_at": "2026-01-15T12:05:01Z"}, "occurred_at", "lies in the future"),
        ({"occurred_at": "2026-01-15T12:00:00"}, "occurred_at", "offset from UTC"),
        ({"occurred_at": "0001-01-01T00:00:00+23:00"}, "occurred_at", "calendar"),
        ({"occurred_at": 1768478400}, "occurred_at", "must be a string"),
        ({"ip": "203.0.113.7:80"}, "ip", "without port"),
        ({"ip": "fe80::1%eth0"}, "ip", "zone"),
        ({"jurisdiction": "gb"}, "jurisdiction", "form asked for"),
    ],
)
def test_context_that_cannot_be_used_is_named_with_the_mend(
    context: dict[str, object], field: str, hint: str, house: Cardboard, client: httpx.Client
) -> None:
    answer = client.post(ADDRESS, content=b"x", headers=_with(context))
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert hint in error["message"]
    assert not house.gate.seen


def test_a_time_within_the_clock_skew_is_taken(client: httpx.Client) -> None:
    headers = _with({"occurred_at": "2026-01-15T12:05:00Z"})
    assert client.post(ADDRESS, content=b"x", headers=headers).status_code == 200


@pytest.mark.parametrize("account", ["🐈‍⬛", "مرحبا", "a/b", "e\u0301", "\u202eabc", "' OR 1=1"])
def test_account_ids_in_any_script_are_taken_as_they_are(
    account: str, house: Cardboard, client: httpx.Client
) -> None:
    answer = client.post(ADDRESS, content=b"x", headers=_with({"account": account}))
    assert answer.status_code == 200, answer.text
    assert _upload(house).context.account == account


@pytest.mark.parametrize(
    "raw", [b"{", b"[1]", b"null", b"\xff{}", b'{"account": "\xff"}', b'{"a": 1, "a": 2}']
)
def test_a_context_header_that_is_no_json_object_is_refused(raw: bytes, client: httpx.Client) -> None:
    answer = client.post(ADDRESS, content=b"x", headers=[*_with({})[:1], (b"Doorward-Context", raw)])
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_context_header_that_is_too_large_is_refused(client: httpx.Client) -> None:
    headers = _with({"account": "x" * 20_000})
    assert client.post(ADDRESS, content=b"x", headers=headers).status_code == 431


def test_a_context_header_sent_twice_is_refused(client: httpx.Client) -> None:
    headers = [*bearer().items(), ("Doorward-Context", "{}"), ("Doorward-Context", "{}")]
    answer = client.post(ADDRESS, content=b"x", headers=headers)
    assert answer.status_code == 400
    assert "Send it once" in answer.json()["detail"]
