"""Looking uploads up in one list, several at once: pure functions over arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method
from doorward.imagery.decoding.answers import Rendering
from doorward.imagery.digests import Digests
from doorward.imagery.matching.protocols import HashTable, Matchers
from doorward.imagery.pdq import LUMA_MARGIN_BITS
from doorward.lists.details import ListDetails

MAX_ENTRIES = 50  # of one list, that are named for one upload

_STRONGEST_FIRST = (Method.SHA256, Method.SHA1, Method.MD5)


@dataclass(frozen=True, slots=True, eq=False)
class Searchable:
    """A list version with the matchers over it. Compared and hashed by identity."""

    details: ListDetails
    version: str
    table: HashTable
    matchers: Matchers

    @property
    def pdq_hashes(self) -> int:
        """How many perceptual hashes it has."""
        return len(self.table.hashes[Method.PDQ])


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked up of one upload."""

    digests: Digests
    renderings: Sequence[Rendering]


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
    """The best matches in one list, best first, and how many entries matched in all.

    `doubtful`: an inexact rendering lies so near to an entry that the exact one may match. It is no
    match itself.
    """

    best: tuple[Match, ...] = ()
    entries: int = 0
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Near:
    """The rows near one rendering, and their distances."""

    rows: NDArray[np.intp]
    distances_bits: NDArray[np.uint16]


_NOTHING_NEAR = _Near(np.zeros(0, np.intp), np.zeros(0, np.uint16))


def search(searched: Searchable, sights: Sequence[Sight]) -> list[Matches]:
    """For each upload every entry that it matches, each once: by digest if it can, else at the least distance."""
    near = iter(_near_each(searched, [rendering for sight in sights for rendering in sight.renderings]))
    return [_matches(searched, sight, [next(near) for _ in sight.renderings]) for sight in sights]


def _matches(searched: Searchable, sight: Sight, near: Sequence[_Near]) -> Matches:
    same = _by_digest(searched.matchers, sight.digests)
    found = _by_pdq(searched, sight.renderings, near, np.fromiter(same, np.uint32, len(same)))
    best = (*same.values(), *found.best)[:MAX_ENTRIES]
    return Matches(best, len(same) + found.entries, _is_doubtful(sight.renderings, near))


def _by_digest(matchers: Matchers, digests: Digests) -> dict[int, Match]:
    values = {Method.SHA256: digests.sha256, Method.SHA1: digests.sha1, Method.MD5: digests.md5}
    found: dict[int, Match] = {}
    for method in _STRONGEST_FIRST:
        for entry in matchers.digests[method].find(values[method]).tolist():
            found.setdefault(entry, Match(entry, method))
    return found


def _is_doubtful(renderings: Sequence[Rendering], near: Sequence[_Near]) -> bool:
    return any(
        len(each.rows) for rendering, each in zip(renderings, near, strict=True) if not rendering.exact
    )


def _by_pdq(
    searched: Searchable, renderings: Sequence[Rendering], near: Sequence[_Near], but: NDArray[np.uint32]
) -> Matches:
    """The nearest exact rendering for each entry other than `but`.

    Computed on whole arrays, for a list may match in millions.
    """
    kept = [
        _counting(searched, each, but) if rendering.exact and len(each.rows) else _NOTHING_NEAR
        for rendering, each in zip(renderings, near, strict=True)
    ]
    if not any(len(each.rows) for each in kept):
        return Matches()
    distances = np.concatenate([each.distances_bits for each in kept])
    seen_in = np.repeat(np.arange(len(kept)), [len(each.rows) for each in kept])
    entries = searched.table.hashes[Method.PDQ].entry[np.concatenate([each.rows for each in kept])]
    order = np.lexsort((entries, seen_in, distances))  # by distance, then rendering, then entry
    _, first = np.unique(entries[order], return_index=True)
    nearest = order[np.sort(first)]
    best = tuple(
        Match(int(entries[at]), Method.PDQ, int(distances[at]), renderings[seen_in[at]])
        for at in nearest[:MAX_ENTRIES]
    )
    return Matches(best, len(nearest))


def _counting(searched: Searchable, near: _Near, but: NDArray[np.uint32]) -> _Near:
    """Without the rows that are near by chance, their quality being too low, and without entries in `but`."""
    low = _low(searched.table.pdq_quality[near.rows], searched.details.min_quality)
    kept = (near.distances_bits == 0) | ~low
    kept &= ~np.isin(searched.table.hashes[Method.PDQ].entry[near.rows], but)
    return _Near(near.rows[kept], near.distances_bits[kept])


def _near_each(searched: Searchable, renderings: Sequence[Rendering]) -> list[_Near]:
    """The rows within the radius that applies to each rendering; all with one radius are looked up together."""
    near = [_NOTHING_NEAR] * len(renderings)
    if not searched.pdq_hashes:
        return near
    radii = np.array([_radius_bits(searched.details, rendering) for rendering in renderings])
    for radius_bits, places in _by_value(radii):
        queries = np.frombuffer(b"".join(renderings[at].pdq for at in places), np.uint8).reshape(-1, 32)
        found = searched.matchers.pdq.within_each(queries, radius_bits)
        for number, at in enumerate(places):
            near[at] = _Near(*found.of(number))
    return near


def _by_value(values: NDArray[np.int_]) -> Iterator[tuple[int, list[int]]]:
    for value in np.unique(values).tolist():
        yield value, np.flatnonzero(values == value).tolist()


def _radius_bits(details: ListDetails, rendering: Rendering) -> int:
    """How far from `rendering` an entry may lie. Where its quality is low, equality alone counts.

    PDQ's bits say little about a picture with little in it: such hashes are near each other by chance.
    An inexact rendering is only asked whether the exact one, whatever its quality, could match.
    """
    if not rendering.exact:
        return details.radius_bits + LUMA_MARGIN_BITS
    return details.radius_bits if rendering.quality >= details.min_quality else 0


def _low(qualities: NDArray[np.int16], least: int) -> NDArray[np.bool_]:
    """Which are known to be too low; -1 means that the source did not say, which is not held against it."""
    low: NDArray[np.bool_] = (qualities >= 0) & (qualities < least)
    return low
