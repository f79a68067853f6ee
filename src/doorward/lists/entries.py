"""One row of a hash list."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from doorward.findings import Method

WIDTH_BYTES: Mapping[Method, int] = MappingProxyType(
    {Method.MD5: 16, Method.SHA1: 20, Method.SHA256: 32, Method.PDQ: 32}
)
"""Bytes of each kind of hash, in the order in which they are always listed."""

DIGESTS = (Method.MD5, Method.SHA1, Method.SHA256)
"""The kinds that match a file byte for byte."""


class Entry(NamedTuple):
    """What a source says of one picture: its own id for it, and at least one hash.

    Hashes are raw bytes; PDQ is most significant byte first, as `bytes.fromhex` reads the customary
    64 digits. A named tuple, since national lists have seventeen million of these and a frozen
    dataclass takes three times as long to make.
    """

    id: str
    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    pdq_quality: int | None = None  # 0 … 100; None where the source does not say
    label: str | None = None

    def hash_of(self, method: Method) -> bytes | None:
        """The hash of one kind, where the source gives it."""
        return {
            Method.MD5: self.md5,
            Method.SHA1: self.sha1,
            Method.SHA256: self.sha256,
            Method.PDQ: self.pdq,
        }[method]
