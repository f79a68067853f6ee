"""Putting answers together."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from doorward.imagery.matcher.tables import Distances, Found, FoundBatch, Ids

NOTHING: Final[Found] = (np.empty(0, np.uint64), np.empty(0, np.uint16))


def in_order(ids: Ids, distances: Distances) -> Found:
    """The same pairs by (distance, id)."""
    order = np.lexsort((ids, distances))
    return ids[order], distances[order]


def together(parts: Sequence[Found]) -> Found:
    """One answer of the answers of several segments to the same query."""
    found = [part for part in parts if len(part[0])]
    if not found:
        return NOTHING
    if len(found) == 1:
        return found[0]
    return in_order(np.concatenate([ids for ids, _ in found]), np.concatenate([bits for _, bits in found]))


def joined(answers: Sequence[Found]) -> FoundBatch:
    """The answers to several queries, one behind the other."""
    offsets = np.zeros(len(answers) + 1, np.uint64)
    np.cumsum([len(ids) for ids, _ in answers], out=offsets[1:])
    return (
        offsets,
        np.concatenate([NOTHING[0], *(ids for ids, _ in answers)]),
        np.concatenate([NOTHING[1], *(distances for _, distances in answers)]),
    )


def together_batch(parts: Sequence[FoundBatch]) -> FoundBatch:
    """One answer of the answers of several segments to the same queries."""
    if len(parts) == 1:
        return parts[0]
    queries = len(parts[0][0]) - 1
    sizes = [(offsets[1:] - offsets[:-1]).astype(np.int64) for offsets, *_ in parts]
    which = np.concatenate([np.repeat(np.arange(queries), size) for size in sizes])
    ids = np.concatenate([ids for _, ids, _ in parts])
    distances = np.concatenate([distances for *_, distances in parts])
    order = np.lexsort((ids, distances, which))
    offsets = np.zeros(queries + 1, np.uint64)
    np.cumsum(np.bincount(which, minlength=queries), out=offsets[1:])
    return offsets, ids[order], distances[order]
