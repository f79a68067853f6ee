"""Exact search for hashes: indexes in memory and in files that are mapped."""

from doorward.imagery.matcher.digest_index import DigestIndex
from doorward.imagery.matcher.errors import (
    CorruptIndex,
    IndexClosed,
    IndexFileError,
    MatcherError,
    MergingFailed,
)
from doorward.imagery.matcher.index import Capped, HammingIndex

__all__ = [
    "Capped",
    "CorruptIndex",
    "DigestIndex",
    "HammingIndex",
    "IndexClosed",
    "IndexFileError",
    "MatcherError",
    "MergingFailed",
]
