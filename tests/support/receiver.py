"""A platform that receives Standard Webhooks, verifies and remembers them."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    """A real HTTP server on loopback. What does not verify is refused and counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._got: dict[str, list[dict[str, Any]]] = {}
        self.refused = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:  # its sender was killed in the middle
                    self.close_connection = True
                    return
                self.send_response(204 if receiver.take(dict(self.headers), body) else 400)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "Receiver":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def env(self) -> dict[str, str]:
        """Settings of a server that shall report here."""
        return {"DOORWARD_WEBHOOKS__URL": self.url, "DOORWARD_WEBHOOKS__SECRET": SECRET}

    def take(self, headers: dict[str, str], body: bytes) -> bool:
        """Verify one delivery and remember it under its id; repeats are kept too."""
        lowered = {name.lower(): value for name, value in headers.items()}
        try:
            message = Webhook(SECRET).verify(body, lowered)
        except Exception:  # a receiver refuses whatever is wrong with it
            self.refused += 1
            return False
        with self._lock:
            self._got.setdefault(lowered["webhook-id"], []).append(message)
        return True

    def messages(self, kind: str) -> dict[str, dict[str, Any]]:
        """Messages of one type by webhook id, each once, as a receiver that deduplicates sees them."""
        with self._lock:
            return {key: got[0] for key, got in self._got.items() if got[0]["type"] == kind}
