"""Cryptographic digests of the bytes as received.

They recognise byte-identical copies only, and they are what most hash lists consist of. They are
computed for every upload, whether or not it can be decoded.
"""

import hashlib
from dataclasses import dataclass

from doorward.subjects import Body

# Small enough that the second and third digest find the piece in the processor's cache.
_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Digests:
    """Three digests of the same bytes."""

    md5: bytes
    sha1: bytes
    sha256: bytes


def digest(body: Body) -> Digests:
    """The digests of a whole body. Lets other threads run while it computes."""
    return digest_bytes(body.view())


def digest_bytes(data: bytes | memoryview) -> Digests:
    """The digests of `data`."""
    # Not for security: they identify what others have listed, and MD5 and SHA-1 are what they list.
    hashes = tuple(hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256"))
    view = memoryview(data)
    for start in range(0, len(view), _PIECE_BYTES):
        piece = view[start : start + _PIECE_BYTES]
        for each in hashes:
            each.update(piece)
    md5, sha1, sha256 = (each.digest() for each in hashes)
    return Digests(md5, sha1, sha256)
