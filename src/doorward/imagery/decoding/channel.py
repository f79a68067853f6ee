"""Lines of JSON over a Unix socket, each with at most one file descriptor, as blocking calls.

For the fork server and the workers, which do one thing at a time. The server's side of the same
sockets is in `conversation`.
"""

import json
import os
import socket
from typing import Any

_PIECE_BYTES = 64 * 1024
MAX_LINE_BYTES = 4 * 1024 * 1024


def encode(message: dict[str, Any]) -> bytes:
    """One message as one line."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message."""
    connection.sendall(encode(message))


def receive(connection: socket.socket) -> tuple[dict[str, Any], int | None] | None:
    """The next message and the descriptor that came with it; `None` when the other side has gone.

    The other side waits for an answer before it speaks again, so nothing follows the line.
    """
    line = b""
    descriptor: int | None = None
    while not line.endswith(b"\n"):
        try:
            piece, descriptors, _, _ = socket.recv_fds(connection, _PIECE_BYTES, 1)
        except ConnectionResetError:  # gone with an answer of ours unread
            piece, descriptors = b"", []
        for each in descriptors:
            descriptor = each
        line += piece
        if not piece or len(line) > MAX_LINE_BYTES:
            if descriptor is not None:
                os.close(descriptor)
            return None
    message: dict[str, Any] = json.loads(line)
    return message, descriptor
