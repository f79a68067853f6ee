"""Webhooks to a real HTTP server on loopback."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook

from doorward.clock import SystemClock
from doorward.outbox import GiveUp, OutboxItem, RetryLater, WebhookSender, WebhooksNotConfigured
from doorward.settings import WebhookSettings

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
ORDERED_AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
ITEM = OutboxItem("o_1", "webhook", {"type": "verdict.decided", "data": {"verdict": "v_1"}}, 1, ORDERED_AT)


@dataclass
class Platform:
    """What the platform's receiver got, and what it shall answer."""

    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    silent_until: Event | None = None
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["content-length"]))
        self.got.append(({name.lower(): value for name, value in handler.headers.items()}, body))
        if self.silent_until is not None:
            self.silent_until.wait(20)
        handler.send_response(self.status)
        for name, value in {"content-length": str(len(self.body)), **self.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        with contextlib.suppress(OSError):  # the sender may have read enough, or waited enough
            handler.wfile.write(self.body)


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            platform.answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    platform.url = f"http://127.0.0.1:{server.server_port}/hooks?token=secret-in-url"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield platform
    server.shutdown()
    thread.join()
    server.server_close()


def _send(url: str, *items: OutboxItem, timeout_s: float = 15.0) -> None:
    async def scenario() -> None:
        settings = WebhookSettings(url=url, secret=SecretStr(SECRET), timeout_s=timeout_s)
        sender = WebhookSender(settings, SystemClock())
        try:
            for item in items:
                await sender.deliver(item)
        finally:
            await sender.close()

    asyncio.run(scenario())


def test_a_receiver_can_verify_the_message_and_reads_type_time_and_data(platform: Platform) -> None:
    _send(platform.url, ITEM)

    headers, body = platform.got[0]
    assert Webhook(SECRET).verify(body, headers) == {
        "type": "verdict.decided",
        "timestamp": "2026-01-15T12:00:00+00:00",
        "data": {"verdict": "v_1"},
    }
    assert headers["webhook-id"] == "o_1"
    assert headers["content-type"] == "application/json"


def test_a_repeated_attempt_has_the_same_id_and_body(platform: Platform) -> None:
    _send(platform.url, ITEM, ITEM)

    (first, first_body), (second, second_body) = platform.got
    assert first["webhook-id"] == second["webhook-id"]
    assert first_body == second_body


def test_text_in_any_script_is_signed_as_it_is_sent(platform: Platform) -> None:
    data = {"account": "Ж—名—\u0000—\ud800"}
    _send(platform.url, OutboxItem("o_2", "webhook", {"type": "t", "data": data}, 1, ORDERED_AT))

    headers, body = platform.got[0]
    assert Webhook(SECRET).verify(body, headers)["data"] == data
    assert json.loads(body)["data"] == data


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_delivered(platform: Platform, status: int) -> None:
    platform.status = status

    _send(platform.url, ITEM)


def test_410_is_final(platform: Platform) -> None:
    platform.status = 410

    with pytest.raises(GiveUp, match="410"):
        _send(platform.url, ITEM)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 502, 503, 504])
def test_any_other_answer_is_for_later(platform: Platform, status: int) -> None:
    platform.status = status

    with pytest.raises(RetryLater, match=str(status)):
        _send(platform.url, ITEM)


def test_a_redirect_is_not_followed(platform: Platform) -> None:
    platform.status, platform.headers = 307, {"location": platform.url}

    with pytest.raises(RetryLater, match="307"):
        _send(platform.url, ITEM)
    assert len(platform.got) == 1


@pytest.mark.parametrize(
    ("retry_after", "low", "high"),
    [
        ("120", 120, 120),
        ("0", 0, 0),
        ("9" * 400, 86_400, 86_400),
        (format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True), 0, 0),
        (format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), 3_000, 3_600),
    ],
)
def test_the_wait_that_a_receiver_asks_for_is_passed_on(
    platform: Platform, retry_after: str, low: float, high: float
) -> None:
    platform.status, platform.headers = 429, {"retry-after": retry_after}

    with pytest.raises(RetryLater) as later:
        _send(platform.url, ITEM)
    assert later.value.after_s is not None
    assert low <= later.value.after_s <= high


@pytest.mark.parametrize("nonsense", ["soon", "-5", "1.5", "", "Mon, 99 Foo 20266 99:99:99 GMT"])
def test_a_wait_that_cannot_be_read_is_left_to_the_back_off(platform: Platform, nonsense: str) -> None:
    platform.status, platform.headers = 503, {"retry-after": nonsense}

    with pytest.raises(RetryLater) as later:
        _send(platform.url, ITEM)
    assert later.value.after_s is None


def test_a_receiver_that_never_answers_is_left_after_the_time_limit(platform: Platform) -> None:
    platform.silent_until = Event()
    try:
        with pytest.raises(RetryLater, match=r"no answer within 0\.2 s"):
            _send(platform.url, ITEM, timeout_s=0.2)
    finally:
        platform.silent_until.set()


def test_of_an_endless_answer_only_the_beginning_is_read(platform: Platform) -> None:
    platform.body = b"x" * 1_000_000
    platform.headers = {"content-length": str(10**12)}  # far more than will ever come

    _send(platform.url, ITEM)  # reading on would end in the time limit, as "not delivered"


def test_a_receiver_that_is_not_there_is_for_later_and_its_address_stays_secret(platform: Platform) -> None:
    with pytest.raises(RetryLater) as later:
        _send("http://127.0.0.1:1/hooks?token=secret-in-url", ITEM)

    assert "ConnectError" in later.value.reason
    assert "secret" not in later.value.reason


@pytest.mark.parametrize(
    ("url", "secret", "named"),
    [
        (None, SECRET, r"webhooks\.url"),
        ("ftp://example.org", SECRET, r"webhooks\.url"),
        ("https://", SECRET, r"webhooks\.url"),
        ("http://example.org:port", SECRET, r"webhooks\.url"),
        ("https://example.org", None, r"webhooks\.secret"),
        ("https://example.org", "whsec_!!!", r"webhooks\.secret"),
        ("https://example.org", "whsec_c2hvcnQ=", r"webhooks\.secret"),
    ],
)
def test_what_is_missing_to_send_is_named(url: str | None, secret: str | None, named: str) -> None:
    settings = WebhookSettings(url=url, secret=SecretStr(secret) if secret else None)

    with pytest.raises(WebhooksNotConfigured, match=named):
        WebhookSender(settings, SystemClock())
