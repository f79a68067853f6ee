"""The programs shown in the how-to pages do what the pages say of them."""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from support.pages import DOCS, blocks

SECRET = "whsec_" + "A" * 32
ANSWERS: dict[str, tuple[int, bytes]] = {
    "allow": (200, b'{"verdict": "v_1", "decision": "allow"}'),
    "block": (200, b'{"verdict": "v_2", "decision": "block"}'),
    "unavailable": (503, b'{"type": "/problems/unavailable", "decision": "hold"}'),
    "proxy": (502, b"<html>allow</html>"),
    "refused": (401, b'{"type": "/problems/key-required"}'),
    "garbled": (200, b'{"verdict": '),
    "foreign": (200, b'{"ok": true}'),
}


def _shown(page: str, contains: str) -> str:
    return next(block.text for block in blocks(DOCS / "how-to" / page) if contains in block.text)


def _run(code: str, **given: Any) -> dict[str, Any]:
    names = {"__name__": "shown", **given}
    exec(compile(code, "shown", "exec"), names)
    return names


class _Gate(BaseHTTPRequestHandler):
    """Answers as the account in the context names it."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = ANSWERS[json.loads(self.headers["Doorward-Context"])["account"]]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: object) -> None:
        """Silence."""


@pytest.fixture
def gate_address() -> Iterator[str]:
    """A server that speaks like Doorward, and like things that stand between."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Gate) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answer", "decision"),
    [("allow", "allow"), ("block", "block"), *((one, "hold") for one in list(ANSWERS)[2:])],
)
def test_the_client_shown_lets_in_only_what_a_verdict_allows(
    answer: str, decision: str, gate_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORWARD_URL", gate_address)
    monkeypatch.setenv("DOORWARD_KEY", "dw_test")
    client = _run(_shown("put-it-before-a-platform.md", "def screen("))
    assert client["screen"](b"picture", account=answer, surface="avatar")["decision"] == decision
    client["DOORWARD"].close()


def test_the_client_shown_holds_where_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORWARD_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("DOORWARD_KEY", "dw_test")
    client = _run(_shown("put-it-before-a-platform.md", "def screen("))
    assert client["screen"](b"picture", account="a", surface="avatar") == {
        "decision": "hold",
        "verdict": None,
    }
    client["DOORWARD"].close()


@dataclass(frozen=True, slots=True)
class Receiver:
    """The receiver of webhooks as shown, and the types of events that it handled."""

    app: Any
    handled: list[str]

    def deliver(self, body: str, headers: dict[str, str]) -> int:
        """The status that it answers a delivery with."""

        async def post() -> int:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://platform.example") as client:
                return (await client.post("/doorward", content=body, headers=headers)).status_code

        return asyncio.run(post())


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """A fresh one."""
    handled: list[str] = []
    monkeypatch.setenv("DOORWARD_WEBHOOK_SECRET", SECRET)
    shown = _run(
        _shown("receive-webhooks.md", "signed.verify"), handle=lambda kind, data: handled.append(kind)
    )
    return Receiver(shown["app"], handled)


def _signed(body: str, secret: str = SECRET) -> dict[str, str]:
    now = datetime.now(UTC)
    signature = Webhook(secret).sign("o_1", now, body)
    return {
        "webhook-id": "o_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


BODY = json.dumps({"type": "hold.released", "timestamp": "2026-01-15T12:00:00Z", "data": {"verdict": "v_1"}})


def test_the_receiver_shown_handles_a_delivery_once(receiver: Receiver) -> None:
    assert [receiver.deliver(BODY, _signed(BODY)) for _ in range(2)] == [204, 204]
    assert receiver.handled == ["hold.released"]


def test_the_receiver_shown_refuses_a_forged_delivery(receiver: Receiver) -> None:
    assert receiver.deliver(BODY, _signed(BODY, "whsec_" + "B" * 32)) == 401
    assert receiver.handled == []
