"""The list that every installation has: the canary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Code, Method
from doorward.imagery.canary import CANARY_PDQ, CANARY_QUALITY
from doorward.lists.columns import HashColumn
from doorward.lists.details import CANARY_NAME, ListDetails
from doorward.lists.entries import DIGESTS, WIDTH_BYTES

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


@dataclass(frozen=True, slots=True)
class CanaryTable:
    """A `HashTable` with a single perceptual hash."""

    hashes: Mapping[Method, HashColumn]
    pdq_quality: NDArray[np.int16]

    def entry_id(self, entry: int) -> str:
        return "canary-1"

    def label(self, entry: int) -> str | None:
        return "the test picture that every installation stops"


def canary_table() -> CanaryTable:
    """The canary's hashes. PDQ only: the bytes of a PNG differ between versions of zlib."""
    digests = {
        method: HashColumn(np.zeros((0, WIDTH_BYTES[method]), np.uint8), np.zeros(0, np.uint32))
        for method in DIGESTS
    }
    pdq = HashColumn(np.frombuffer(CANARY_PDQ, np.uint8).reshape(1, 32), np.zeros(1, np.uint32))
    return CanaryTable({**digests, Method.PDQ: pdq}, np.array([CANARY_QUALITY], np.int16))
