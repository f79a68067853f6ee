"""Changing index files as damage or malice would."""

import hashlib
import json

from doorward.imagery.matcher.container.layout import (
    CHECKSUM_AT,
    CHECKSUM_BYTES,
    FORMAT_VERSION,
    MAGIC,
    PREAMBLE,
    Section,
    placed,
)
from doorward.imagery.matcher.layout import HAMMING


def sections(data: bytes | bytearray) -> dict[str, Section]:
    """Where the arrays of a Hamming index lie in its file."""
    length = int.from_bytes(data[12:16], "little")
    sizes = json.loads(data[PREAMBLE.size : PREAMBLE.size + length])["sizes"]
    return {each.array.name: each for each in placed(HAMMING.arrays(sizes), PREAMBLE.size + length)}


def sealed(data: bytes) -> bytes:
    """The same with a checksum that is right, as somebody would do who means harm."""
    end = CHECKSUM_AT + CHECKSUM_BYTES
    digest = hashlib.sha256(data[:CHECKSUM_AT] + data[end:]).digest()
    return data[:CHECKSUM_AT] + digest + data[end:]


def with_preamble(data: bytes, *, version: int = FORMAT_VERSION, header_length: int | None = None) -> bytes:
    """The same with another beginning."""
    _, _, length, whole, checksum = PREAMBLE.unpack_from(data)
    changed = PREAMBLE.pack(
        MAGIC, version, length if header_length is None else header_length, whole, checksum
    )
    return changed + data[PREAMBLE.size :]


def with_header(data: bytes, **sizes: float) -> bytes:
    """The same with other sizes in its header, all else fitting: sealed, and of the length that it says."""
    _, version, length, whole, checksum = PREAMBLE.unpack_from(data)
    header = json.loads(data[PREAMBLE.size : PREAMBLE.size + length])
    header["sizes"].update(sizes)
    text = json.dumps(header).encode()
    body = data[PREAMBLE.size + length :]
    padding = bytes(length - len(text)) if len(text) < length else b""
    whole = PREAMBLE.size + len(text) + len(padding) + len(body)
    return sealed(PREAMBLE.pack(MAGIC, version, len(text), whole, checksum) + text + padding + body)
