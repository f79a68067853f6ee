"""The list that every installation has: the canary."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Code
from doorward.imagery.canary import CANARY_PDQ, CANARY_QUALITY
from doorward.lists.details import CANARY_NAME, ListDetails

CANARY_VERSION = "builtin-1"
CANARY_DETAILS = ListDetails(
    name=CANARY_NAME,
    code=Code.CANARY,
    source="Doorward",
    terms="May be used by anyone to test a gate.",
    as_of=datetime(2026, 1, 1, tzinfo=UTC),
    expires_at=datetime.max.replace(tzinfo=UTC),
    radius_bits=31,
    min_quality=50,
)


@dataclass(slots=True)
class CanaryTable:
    """A `HashTable` with a single perceptual hash."""

    pdq: NDArray[np.uint8]
    pdq_quality: NDArray[np.int16]
    pdq_entry: NDArray[np.uint32]
    md5: NDArray[np.uint8]
    md5_entry: NDArray[np.uint32]
    sha1: NDArray[np.uint8]
    sha1_entry: NDArray[np.uint32]
    sha256: NDArray[np.uint8]
    sha256_entry: NDArray[np.uint32]

    def entry_id(self, entry: int) -> str:
        return "canary-1"

    def label(self, entry: int) -> str | None:
        return "the test picture that every installation stops"


def canary_table() -> CanaryTable:
    """The canary's hashes. PDQ only: the bytes of a PNG differ between versions of zlib."""
    none = np.zeros(0, np.uint32)
    return CanaryTable(
        pdq=np.frombuffer(CANARY_PDQ, np.uint8).reshape(1, 32),
        pdq_quality=np.array([CANARY_QUALITY], np.int16),
        pdq_entry=np.zeros(1, np.uint32),
        md5=np.zeros((0, 16), np.uint8),
        md5_entry=none,
        sha1=np.zeros((0, 20), np.uint8),
        sha1_entry=none,
        sha256=np.zeros((0, 32), np.uint8),
        sha256_entry=none,
    )
