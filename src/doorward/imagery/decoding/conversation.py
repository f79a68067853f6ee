"""The server's side of the sockets to fork server and workers: lines of JSON, without blocking."""

import array
import asyncio
import contextlib
import json
import socket
from typing import Any

from doorward.imagery.decoding.channel import MAX_LINE_BYTES, encode

_PIECE_BYTES = 64 * 1024


class Gone(Exception):
    """The process at the other end has ended, or no longer makes sense."""


class Conversation:
    """Question and answer over one end of a socket pair.

    One question at a time, and each asked to its end: when a caller loses interest in an answer,
    the process at the other end is ended and the conversation with it, so that the answer
    can never be taken for that to the next question.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection

    async def ask(self, question: dict[str, Any], descriptor: int | None = None) -> dict[str, Any]:
        """Send `question` (and a copy of `descriptor`) and wait for the answer. Raises `Gone`."""
        try:
            await self.tell(question, descriptor)
            return await self.listen()
        except OSError as error:
            raise Gone(f"the connection broke: {error.strerror}") from error

    async def tell(self, message: dict[str, Any], descriptor: int | None = None) -> None:
        """Send `message`; the descriptor travels with its first byte."""
        line = encode(message)
        sent = 0 if descriptor is None else await self._send_first(line, descriptor)
        await asyncio.get_running_loop().sock_sendall(self._connection, line[sent:])

    async def listen(self) -> dict[str, Any]:
        """The next message. Raises `Gone`."""
        loop = asyncio.get_running_loop()
        line = b""
        while not line.endswith(b"\n"):
            piece = await loop.sock_recv(self._connection, _PIECE_BYTES)
            if not piece:
                raise Gone("the process ended")
            line += piece
            if len(line) > MAX_LINE_BYTES:
                raise Gone("the answer is too long")
        try:
            message = json.loads(line)
        except ValueError as error:
            raise Gone("the answer is not JSON") from error
        if not isinstance(message, dict):
            raise Gone("the answer is not an object")
        return message

    async def hung_up(self) -> None:
        """Wait until the other side goes, or speaks without having been asked."""
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().sock_recv(self._connection, 1)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    async def _send_first(self, line: bytes, descriptor: int) -> int:
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        while True:
            try:
                return self._connection.sendmsg([line], ancillary)
            except BlockingIOError:
                await _writable(self._connection)


async def _writable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_writer(connection, _set, ready)
    try:
        await ready
    finally:
        loop.remove_writer(connection)


def _set(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
