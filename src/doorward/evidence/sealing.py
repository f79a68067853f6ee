"""Encryption of one item: a keyset of its own, and a stream in which every segment is authenticated.

The file is a plain Tink `AES256_GCM_HKDF_1MB` stream whose associated data is the item's id, so any
Tink opens it with the unwrapped keyset, and a file put in another's place does not open.
"""

import hashlib
import os
from collections.abc import Iterator
from typing import BinaryIO

import tink
from tink import streaming_aead

_HEADER_BYTES = 40  # length byte, salt of 32, nonce prefix of 7
_TAG_BYTES = 16
_SEGMENT_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 20


def sealed_size(size: int) -> int:
    """Bytes on disk for `size` bytes of plaintext."""
    room = _SEGMENT_BYTES - _TAG_BYTES
    segments = max(1, -(-(size + _HEADER_BYTES) // room))
    return size + _HEADER_BYTES + segments * _TAG_BYTES


def new_item_keyset() -> tink.KeysetHandle:
    """A fresh keyset for one item."""
    return tink.new_keyset_handle(streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB)


def seal(keyset: tink.KeysetHandle, item_id: str, plaintext: memoryview, descriptor: int) -> str:
    """Encrypt `plaintext` into the file, segment by segment; returns the SHA-256 of what was written.

    That digest goes into the ledger: it proves that the file is the one stored then, and tells
    nothing about the content once the key is gone. Raises `OSError` where the file takes no more.
    """
    sink = _Sink(descriptor)
    stream = keyset.primitive(streaming_aead.StreamingAead).new_encrypting_stream(sink, item_id.encode())
    try:
        for start in range(0, len(plaintext), _CHUNK_BYTES):
            stream.write(plaintext[start : start + _CHUNK_BYTES])
        stream.close()
    except tink.TinkError as error:
        raise sink.failure or OSError(f"encryption failed: {error}") from error
    finally:
        sink.spent = True
    return sink.sha256.hexdigest()


def unseal(keyset: tink.KeysetHandle, item_id: str, ciphertext: BinaryIO) -> Iterator[bytes]:
    """The plaintext in pieces, each authenticated before it is given out; raises `tink.TinkError`.

    A file that was cut off shows only at its end: what came before must not count as the whole.
    """
    primitive = keyset.primitive(streaming_aead.StreamingAead)
    with primitive.new_decrypting_stream(ciphertext, item_id.encode()) as stream:
        while piece := stream.read(_CHUNK_BYTES):
            yield piece


class _Sink:
    """Where Tink writes ciphertext: the file and its digest.

    Tink closes what it writes to and turns every failure into a `TinkError`; the descriptor must
    stay open (it carries the lock) and the operating system's own reason must not be lost.
    """

    closed = False

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.sha256 = hashlib.sha256()
        self.failure: OSError | None = None
        self.spent = False  # a stream that was given up still flushes when it is collected

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:
        if self.spent:
            return len(piece)
        try:
            written = os.write(self._descriptor, piece)
        except OSError as error:
            self.failure = error
            raise
        self.sha256.update(piece[:written])
        return written

    def close(self) -> None:
        """Tink's wish, not ours."""
