"""Webhooks to the platform, as Standard Webhooks (https://www.standardwebhooks.com).

The receiver verifies the signature over id, time and body, and recognises a repetition by the id,
which is the outbox item's.
"""

import asyncio
import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from standardwebhooks import Webhook

from doorward import __version__
from doorward.clock import Clock
from doorward.outbox.delivery import GiveUp, OutboxItem, RetryLater
from doorward.settings import WebhookSettings

MAX_ANSWER_BYTES = 64 * 1024  # read so that the connection can be used again; nobody looks at it
MIN_SECRET_BYTES, MAX_SECRET_BYTES = 24, 64  # Standard Webhooks, "Signature scheme"
MAX_WAIT_S = 86_400  # longest wait a receiver may ask for


class WebhooksNotConfigured(ValueError):
    """`[webhooks]` lacks what sending needs; the message names it."""


class WebhookSender:
    """Handler of the kind `webhook`: payload `{"type": …, "data": {…}}`.

    Redirects are not followed: a signed message goes where the operator said, or nowhere.
    """

    def __init__(self, settings: WebhookSettings, clock: Clock) -> None:
        self._url, self._webhook = _configured(settings)
        self._timeout_s = settings.timeout_s
        self._clock = clock
        self._client = httpx.AsyncClient(
            timeout=settings.timeout_s,
            follow_redirects=False,
            headers={"user-agent": f"doorward/{__version__}", "content-type": "application/json"},
        )

    async def close(self) -> None:
        """Close idle connections."""
        await self._client.aclose()

    async def deliver(self, item: OutboxItem) -> None:
        """Send `item` and judge the answer. 2xx is delivered, 410 is final, anything else is *later*."""
        try:
            async with asyncio.timeout(self._timeout_s):
                status, retry_after = await self._post(item)
        except TimeoutError as error:
            raise RetryLater(f"no answer within {self._timeout_s:g} s") from error
        except (
            httpx.HTTPError,
            httpx.StreamError,
        ) as error:  # its text may name the URL, which may be secret
            raise RetryLater(f"could not be reached ({type(error).__name__})") from error
        if 200 <= status < 300:
            return
        if status == httpx.codes.GONE:
            raise GiveUp("the receiver answered 410: it wants no more of these")
        raise RetryLater(f"the receiver answered {status}", _seconds(retry_after, self._clock.now()))

    async def _post(self, item: OutboxItem) -> tuple[int, str | None]:
        body = _body(item)
        headers = self._signed(item.id, body)
        async with self._client.stream("POST", self._url, content=body, headers=headers) as response:
            await _drain(response)
            return response.status_code, response.headers.get("retry-after")

    def _signed(self, message_id: str, body: str) -> dict[str, str]:
        now = self._clock.now()
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(message_id, now, body),
        }


def _configured(settings: WebhookSettings) -> tuple[httpx.URL, Webhook]:
    try:
        url = httpx.URL(settings.url or "")
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("https", "http") or not url.host:
        raise WebhooksNotConfigured("webhooks.url: set it to the https:// address of the platform's receiver")
    if settings.secret is None:
        raise WebhooksNotConfigured("webhooks.secret: set it (or DOORWARD_WEBHOOKS__SECRET) to `whsec_…`")
    return url, Webhook(_secret(settings.secret.get_secret_value()))


def _secret(text: str) -> bytes:
    """The key that `text` stands for. A short one could be guessed, and a release be forged with it."""
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not MIN_SECRET_BYTES <= len(key) <= MAX_SECRET_BYTES:
        raise WebhooksNotConfigured(
            "webhooks.secret: must be `whsec_` and the base64 of 24 to 64 random bytes, "
            "e.g. from `openssl rand -base64 32`"
        )
    return key


def _body(item: OutboxItem) -> str:
    """The message; its time is when the thing happened, and the same at every attempt."""
    message: Mapping[str, Any] = {
        "type": item.payload["type"],
        "timestamp": item.created_at.astimezone(UTC).isoformat(),
        "data": item.payload["data"],
    }
    return json.dumps(message, separators=(",", ":"))


async def _drain(response: httpx.Response) -> None:
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read > MAX_ANSWER_BYTES:
            return


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """The wait that `Retry-After` asks for (RFC 9110 §10.2.3): seconds or a date."""
    if retry_after is None:
        return None
    try:
        if retry_after.isdecimal():
            return float(min(int(retry_after), MAX_WAIT_S))
        wait = parsedate_to_datetime(retry_after).replace(tzinfo=UTC) - now
    except (ValueError, OverflowError):  # neither; then our own back-off decides
        return None
    return min(max(wait.total_seconds(), 0.0), float(MAX_WAIT_S))
