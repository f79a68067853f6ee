"""Forms that are not as they should be, and forms cut into pieces anywhere."""

from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.doors.http.multipart import FormReader
from doorward.doors.http.problems import Problem
from support.door import Cardboard, bearer

ADDRESS = "/v1/screen/upload"
FILE = b'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
FIELD = b'Content-Disposition: form-data; name="account"\r\n\r\n'


def _form(*parts: bytes, end: bytes = b"--B--\r\n") -> bytes:
    return b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + end


def _post(client: httpx.Client, body: bytes, boundary: str = "B") -> httpx.Response:
    headers = {**bearer(), "Content-Type": f"multipart/form-data; boundary={boundary}"}
    return client.post(ADDRESS, content=body, headers=headers)


@pytest.mark.parametrize(
    ("body", "status", "hint"),
    [
        (b"", 400, "ends before its closing boundary"),
        (b"no form at all", 400, "cannot be told apart"),
        (_form(FILE + b"x", end=b""), 400, "ends before its closing boundary"),
        (_form(b"Content-Type: text/plain\r\n\r\nx"), 400, "Content-Disposition"),
        (_form(b'Content-Disposition: attachment; filename="a"\r\n\r\nx'), 400, "Content-Disposition"),
        (_form(b"bad header\r\n\r\nx"), 400, "cannot be told apart"),
        (_form(b"X: " + b"x" * 20_000 + b"\r\n\r\nx"), 400, "cannot be told apart"),
        (_form(FIELD + b"u-1"), 422, "has no file"),
        (_form(FILE + b"x", FILE + b"y"), 422, "more than one file"),
        (_form(FIELD + b"u-1", FIELD + b"u-2", FILE + b"x"), 422, "`account` twice"),
        (_form(FIELD + b"\xff", FILE + b"x"), 400, "not UTF-8"),
        (_form(FIELD + b"x" * 40_000, FILE + b"x"), 413, "larger than 32768 bytes"),
        (_form(FILE + b"x", FIELD.replace(b"account", b"acount") + b"u-1"), 422, "check its spelling"),
        (_form(FILE + b"x", FIELD.replace(b"account", b"occurred_at") + b"soon"), 422, "RFC 3339"),
        (_form(FILE + b"x" * 200_001), 413, "http.max_body_bytes"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused_with_the_reason(
    body: bytes, status: int, hint: str, house: Cardboard, client: httpx.Client
) -> None:
    answer = _post(client, body)
    assert answer.status_code == status
    assert hint in answer.json()["detail"]
    assert not house.gate.seen
    assert house.nothing_is_kept


@pytest.mark.parametrize("boundary", ["", '""', "x" * 71])
def test_a_form_without_a_usable_boundary_is_refused(boundary: str, client: httpx.Client) -> None:
    answer = _post(client, _form(FILE + b"x"), boundary)
    assert answer.status_code == 400
    assert "boundary" in answer.json()["detail"]


def test_a_file_part_may_be_empty_and_have_any_name(house: Cardboard, client: httpx.Client) -> None:
    disposition = b'Content-Disposition: form-data; name="picture"; filename=""\r\n\r\n'
    assert _post(client, _form(disposition)).status_code == 200
    assert house.gate.seen[-1].data == b""


def test_other_multipart_types_are_ordinary_bodies(house: Cardboard, client: httpx.Client) -> None:
    headers = {**bearer(), "Content-Type": "multipart/mixed; boundary=B"}
    assert client.post(ADDRESS, content=b"anything", headers=headers).status_code == 200
    assert house.gate.seen[-1].data == b"anything"


@given(
    data=st.binary(max_size=300)
    | st.lists(st.sampled_from([b"\r\n--B", b"\r", b"\n", b"--", b"x"])).map(b"".join),
    cuts=st.lists(st.integers(0, 700), max_size=8),
)
def test_a_file_arrives_whole_however_the_network_cuts_the_form(data: bytes, cuts: list[int]) -> None:
    if b"\r\n--B" in b"\r\n" + data:
        data = data.replace(b"--B", b"--C")
    body = _form(FIELD + "u-ä".encode(), FILE + data)
    got = bytearray()
    reader = FormReader(b"B", got.extend)
    places = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    for start, end in pairwise(places):
        reader.feed(body[start:end])
    form = reader.finish()
    assert bytes(got) == data
    assert form.fields == {"account": "u-ä"}
    assert (form.filename, form.declared_type) == ("a.png", "image/png")


@given(st.binary(max_size=400))
def test_bytes_that_are_no_form_are_a_problem_and_nothing_worse(noise: bytes) -> None:
    reader = FormReader(b"B", bytearray().extend)

    def read() -> None:
        reader.feed(b"--B\r\n" + noise)
        reader.finish()

    with pytest.raises(Problem):
        read()
