"""From pairs of hash and id to the arrays of a segment."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.layout import HAMMING, PERMUTATION
from doorward.imagery.matcher.memory import allocate_arrays
from doorward.imagery.matcher.tables import Bytes, Ids, Kernels, Words

Arrays = dict[str, NDArray[Any]]


def permuted(hashes: Bytes, kernels: Kernels) -> Words:
    """`hashes`, `uint8[n, 32]`, as a segment stores them."""
    out = np.empty((len(hashes), 4), np.uint64)
    kernels.permute(PERMUTATION, hashes, out)
    return out


def assemble(hashes: Words, ids: Ids, kernels: Kernels, seed: int) -> Arrays:
    """The arrays of a segment with these pairs, `hashes` permuted, in any order, each pair once or more.

    `seed` keeps whoever chooses the hashes from making equal ones slow to find; the arrays do not
    depend on it.
    """
    hashes, ids = _by_id(hashes, ids)
    first = np.empty(len(hashes), np.uint32)
    kernels.first_equal(hashes, seed, first)
    distinct = first == np.arange(len(first), dtype=np.uint32)
    more_rows, more_ids = _further(first, distinct, ids)
    count = int(np.count_nonzero(distinct))
    arrays: Arrays = dict(allocate_arrays(HAMMING.arrays({"hashes": count, "more": len(more_ids)})))
    chosen = slice(None) if count == len(ids) else distinct  # copying all is far faster than choosing all
    arrays["hashes"][:] = hashes[chosen]
    arrays["ids"][:] = ids[chosen]
    arrays["more_rows"][:] = more_rows
    arrays["more_ids"][:] = more_ids
    arrays["more_by_id"][:] = np.argsort(more_ids, kind="stable")
    kernels.build(arrays["hashes"], arrays["starts"], arrays["nexts"], arrays["rows"])
    return arrays


def _by_id(hashes: Words, ids: Ids) -> tuple[Words, Ids]:
    if bool(np.all(ids[1:] >= ids[:-1])):
        return hashes, ids
    order = np.argsort(ids, kind="stable")  # merges runs that are in order already, as segments are
    return hashes[order], ids[order]


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
