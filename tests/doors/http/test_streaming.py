"""What only a network shows: bodies that are cut off, never end, or come in small pieces."""

import errno
import socket
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from doorward.bodies import MemoryBody
from doorward.doors.http import reading
from doorward.subjects import Upload
from support.door import Cardboard, bearer
from support.live import LiveDoor

ADDRESS = "/v1/screen/upload"


def _connect(live: LiveDoor, *headers: str) -> socket.socket:
    """Send the head of an upload and leave the body to the test."""
    connection = socket.create_connection(("127.0.0.1", live.port), timeout=10)
    lines = (f"POST {ADDRESS} HTTP/1.1", "Host: door", "Authorization: Bearer dw_screen", *headers, "", "")
    connection.sendall("\r\n".join(lines).encode())
    return connection


def _wait_until(met: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not met():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.005)


def _pieces(*pieces: bytes) -> Iterator[bytes]:
    yield from pieces


def test_a_body_in_chunks_without_a_length_arrives_whole(house: Cardboard, client: httpx.Client) -> None:
    body = [bytes([i]) * 1000 for i in range(100)]
    answer = client.post(ADDRESS, content=_pieces(*body), headers=bearer())
    assert answer.status_code == 200
    assert house.gate.seen[-1].data == b"".join(body)
    assert house.gate.seen[-1].reserved
    assert house.spool.asked == [100_000]
    assert house.nothing_is_kept


def test_a_body_in_chunks_is_refused_once_it_is_over_the_limit(
    house: Cardboard, client: httpx.Client
) -> None:
    answer = client.post(ADDRESS, content=_pieces(*[b"x" * 1000] * 300), headers=bearer())
    assert answer.status_code == 413
    assert not house.gate.seen
    assert house.nothing_is_kept


def test_chunks_that_find_no_memory_are_a_503_that_says_hold(house: Cardboard, client: httpx.Client) -> None:
    with house.budget.lease(450_000):
        answer = client.post(ADDRESS, content=_pieces(*[b"x" * 1000] * 100), headers=bearer())
        assert answer.status_code == 503
        assert answer.json()["decision"] == "hold"
        assert house.budget.taken_bytes == 450_000


@pytest.mark.parametrize("form", [False, True])
def test_of_a_body_that_the_client_cut_off_nothing_is_recorded_or_kept(
    form: bool, house: Cardboard, client: httpx.Client, live: LiveDoor
) -> None:
    kind = "multipart/form-data; boundary=B" if form else "image/png"
    begun = b'--B\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n' if form else b""
    with _connect(live, f"Content-Type: {kind}", "Content-Length: 100000") as connection:
        connection.sendall(begun + b"x" * 5_000)
        _wait_until(lambda: house.budget.taken_bytes == 100_000)
        assert house.spool.reserved == 100_000
    _wait_until(lambda: house.nothing_is_kept)
    _wait_until(lambda: b'doorward_http_cut_off_total{worker="0"} 1.0' in client.get("/metrics").content)
    assert not house.gate.seen


def test_a_client_that_falls_silent_gets_its_memory_taken_back(
    house: Cardboard, client: httpx.Client, live: LiveDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SILENCE_LIMIT_S", 0.05)
    with _connect(live, "Content-Length: 100000") as connection:
        connection.sendall(b"x")
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")
    assert house.nothing_is_kept


def test_memory_and_disk_space_are_reserved_before_the_body_is_asked_for(
    house: Cardboard, client: httpx.Client, live: LiveDoor
) -> None:
    with _connect(live, "Content-Length: 5", "Expect: 100-continue") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        assert (house.budget.taken_bytes, house.spool.reserved) == (5, 5)
        connection.sendall(b"hello")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    assert house.gate.seen[-1].data == b"hello"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["Authorization: Bearer dw_unknown", "Content-Length: 5"], b"401"),
        (["Authorization: Bearer dw_lists", "Content-Length: 5"], b"403"),
        (["Authorization: Bearer dw_screen", "Content-Length: 200001"], b"413"),
        (["Authorization: Bearer dw_screen", "Content-Length: 5", "Doorward-Context: {"], b"400"),
    ],
)
def test_what_can_be_refused_is_refused_before_the_body_is_asked_for(
    headers: list[str], status: bytes, house: Cardboard, client: httpx.Client, live: LiveDoor
) -> None:
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        lines = (f"POST {ADDRESS} HTTP/1.1", "Host: door", *headers, "Expect: 100-continue", "", "")
        connection.sendall("\r\n".join(lines).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 " + status)
    assert not house.spool.asked


def test_a_huge_header_ends_in_an_answer_or_a_closed_connection_and_the_door_stays_open(
    house: Cardboard, client: httpx.Client, live: LiveDoor
) -> None:
    with _connect(live, "Content-Length: 1", "Doorward-Context: " + "x" * 1_000_000) as connection:
        connection.sendall(b"x")
        assert connection.recv(100).startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))
    assert client.post(ADDRESS, content=b"x", headers=bearer()).status_code == 200


@pytest.mark.parametrize("form", [False, True])
def test_a_body_is_written_once_and_never_copied_again(
    form: bool, house: Cardboard, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = MemoryBody.write

    def counting(self: MemoryBody, chunk: bytes | bytearray | memoryview) -> None:
        assert isinstance(chunk, memoryview if form else bytes), "a slice that is not a view is a copy"
        written.append(len(chunk))
        write(self, chunk)

    monkeypatch.setattr(MemoryBody, "write", counting)
    body = bytes(range(256)) * 700
    sent = {"files": {"file": ("a.png", body)}} if form else {"content": body}
    assert client.post(ADDRESS, headers=bearer(), **sent).status_code == 200
    assert sum(written) == len(body)
    subject = house.gate.seen[-1].subject
    assert isinstance(subject, Upload)
    assert isinstance(subject.body, MemoryBody)
    assert house.gate.seen[-1].data == body


@pytest.mark.parametrize("step", ["__init__", "write"])
def test_a_machine_without_memory_is_a_503_that_says_hold(
    step: str, house: Cardboard, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(MemoryBody, step, refuse)
    answer = client.post(ADDRESS, content=b"x", headers=bearer())
    assert answer.status_code == 503
    assert answer.json()["decision"] == "hold"
    assert house.nothing_is_kept
