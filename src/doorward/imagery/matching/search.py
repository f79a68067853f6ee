"""Looking one upload up in one list: pure functions over arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method
from doorward.imagery.decoding.answers import Rendering
from doorward.imagery.digests import Digests
from doorward.imagery.matching.protocols import HashTable, Matchers, Near
from doorward.lists.details import ListDetails

MAX_ENTRIES = 50  # of one list, that are named for one upload

_STRONGEST_FIRST = (Method.SHA256, Method.SHA1, Method.MD5)


@dataclass(frozen=True, slots=True)
class Searchable:
    """A list version with the matchers over it."""

    details: ListDetails
    version: str
    table: HashTable
    matchers: Matchers


@dataclass(frozen=True, slots=True)
class Match:
    """The best way in which one entry of a list was recognised.

    `distance_bits` and `rendering` are absent where a digest was equal.
    """

    entry: int
    method: Method
    distance_bits: int | None = None
    rendering: Rendering | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """The best matches in one list, best first, and how many entries matched in all."""

    best: tuple[Match, ...]
    entries: int


def search(searched: Searchable, digests: Digests, renderings: Sequence[Rendering]) -> Matches:
    """Every entry that the upload matches, each once: by digest if it can, else at the least distance."""
    same = _by_digest(searched.matchers, digests)
    near = _by_pdq(searched, renderings, np.fromiter(same, np.uint32, len(same)))
    return Matches((*same.values(), *near.best)[:MAX_ENTRIES], len(same) + near.entries)


def _by_digest(matchers: Matchers, digests: Digests) -> dict[int, Match]:
    values = {Method.SHA256: digests.sha256, Method.SHA1: digests.sha1, Method.MD5: digests.md5}
    found: dict[int, Match] = {}
    for method in _STRONGEST_FIRST:
        for entry in matchers.digests[method].find(values[method]):
            found.setdefault(entry, Match(entry, method))
    return found


def _by_pdq(searched: Searchable, renderings: Sequence[Rendering], but: NDArray[np.uint32]) -> Matches:
    """The nearest rendering for each entry other than `but`.

    Computed on whole arrays, for a list may match in millions.
    """
    near = [_near(searched, rendering, but) for rendering in renderings]
    if not any(len(each.rows) for each in near):
        return Matches((), 0)
    distances = np.concatenate([each.distances_bits for each in near])
    seen_in = np.repeat(np.arange(len(near)), [len(each.rows) for each in near])
    entries = searched.table.pdq_entry[np.concatenate([each.rows for each in near])]
    order = np.lexsort((entries, seen_in, distances))  # by distance, then rendering, then entry
    _, first = np.unique(entries[order], return_index=True)
    nearest = order[np.sort(first)]
    best = tuple(
        Match(int(entries[at]), Method.PDQ, int(distances[at]), renderings[seen_in[at]])
        for at in nearest[:MAX_ENTRIES]
    )
    return Matches(best, len(nearest))


def _near(searched: Searchable, rendering: Rendering, but: NDArray[np.uint32]) -> Near:
    """Rows within the list's radius; where either side's quality is low, equality alone counts.

    PDQ's bits say little about a picture with little in it: such hashes are near each other by chance.
    """
    least = searched.details.min_quality
    radius_bits = searched.details.radius_bits if rendering.quality >= least else 0
    near = searched.matchers.pdq.within(rendering.pdq, radius_bits)
    kept = (near.distances_bits == 0) | ~_low(searched.table.pdq_quality[near.rows], least)
    kept &= ~np.isin(searched.table.pdq_entry[near.rows], but)
    return Near(near.rows[kept], near.distances_bits[kept])


def _low(qualities: NDArray[np.int16], least: int) -> NDArray[np.bool_]:
    """Which are known to be too low; -1 means that the source did not say, which is not held against it."""
    low: NDArray[np.bool_] = (qualities >= 0) & (qualities < least)
    return low
