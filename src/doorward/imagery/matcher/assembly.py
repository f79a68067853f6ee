"""From pairs of hash and id to the arrays of a segment."""

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.container.layout import PAGE_BYTES, end, placed
from doorward.imagery.matcher.layout import HAMMING
from doorward.imagery.matcher.memory import Arrays, allocate, arrays_in
from doorward.imagery.matcher.sources import Order, Source
from doorward.imagery.matcher.tables import Bytes, Ids, Kernels


def assemble(source: Source, kernels: Kernels, seed: int) -> Arrays:
    """The arrays of a segment with these pairs.

    `seed` keeps whoever chooses the hashes from making equal ones slow to find; the arrays do not
    depend on it.
    """
    ids, order = _by_id(source.ids)
    memory = allocate(_room(len(ids)))
    hashes = _laid_out(memory, len(ids), 0)["hashes"]
    source.write(hashes, order)
    first = np.empty(len(ids), np.uint32)
    kernels.first_equal(hashes, seed, first)
    distinct = first == np.arange(len(ids), dtype=np.uint32)
    more_rows, more_ids = _further(first, distinct, ids)
    arrays = _laid_out(memory, int(np.count_nonzero(distinct)), len(more_ids))
    if len(more_ids) or len(arrays["ids"]) < len(ids):
        arrays["hashes"][:], ids = hashes[distinct], ids[distinct]
    arrays["ids"][:] = ids
    arrays["more_rows"][:] = more_rows
    arrays["more_ids"][:] = more_ids
    arrays["more_by_id"][:] = np.argsort(more_ids, kind="stable")
    kernels.build(arrays["hashes"], arrays["starts"], arrays["nexts"], arrays["rows"])
    return arrays


def _room(pairs: int) -> int:
    """Bytes for a segment of so many pairs: a distinct hash takes more than a further id, 136 to 16."""
    arrays = HAMMING.arrays({"hashes": pairs, "more": 0})
    return end(placed(arrays, 0)) + len(arrays) * PAGE_BYTES


def _laid_out(memory: Bytes, hashes: int, more: int) -> Arrays:
    """The arrays of a segment; `hashes` is the first, and so lies at the same place for all sizes."""
    return arrays_in(memory, HAMMING.arrays({"hashes": hashes, "more": more}))


def _by_id(ids: Ids) -> tuple[Ids, Order | None]:
    if bool(np.all(ids[1:] >= ids[:-1])):
        return ids, None
    order = np.argsort(ids, kind="stable")  # merges runs that are in order already, as segments are
    return ids[order], order


def _further(
    first: NDArray[np.uint32], distinct: NDArray[np.bool_], ids: Ids
) -> tuple[NDArray[np.uint32], Ids]:
    """Rows and ids of the pairs whose hash has occurred before, by (row, id), each pair once."""
    repeated = np.flatnonzero(~distinct)
    if not len(repeated):
        return np.empty(0, np.uint32), np.empty(0, np.uint64)
    rank = (np.cumsum(distinct) - 1).astype(np.uint32)
    leader = first[repeated]
    order = np.argsort(leader, kind="stable")  # and by id within, since `ids` are in order
    leader, own = leader[order], ids[repeated[order]]
    same_hash = np.concatenate([[False], leader[1:] == leader[:-1]])
    before = np.where(same_hash, np.concatenate([own[:1], own[:-1]]), ids[leader])
    fresh = own != before
    return rank[leader[fresh]], own[fresh]
