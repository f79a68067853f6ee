"""The rules that a segment's arrays keep, beyond the file having the right checksum.

A checksum shows that a file is as somebody wrote it, not that it was written by us.
"""

import numpy as np

from doorward.imagery.matcher.errors import CorruptIndex
from doorward.imagery.matcher.layout import CHUNK_VALUES, CHUNKS
from doorward.imagery.matcher.memory import Arrays
from doorward.imagery.matcher.numpy_kernels import chunk
from doorward.imagery.matcher.tables import Kernels

_PIECE = 1 << 16  # rows looked at together, so that checking needs little memory


def check_structure(arrays: Arrays, kernels: Kernels, seed: int) -> None:
    """Raise `CorruptIndex` for the first rule that does not hold. `seed`: see `assembly.assemble`."""
    _check_hashes(arrays, kernels, seed)
    _check_further(arrays)
    _check_by_id(arrays)
    for number in range(CHUNKS):
        _check_buckets(arrays, number)
        _check_rows(arrays, number)


def _check_hashes(arrays: Arrays, kernels: Kernels, seed: int) -> None:
    ids, hashes = arrays["ids"], arrays["hashes"]
    _require(bool(np.all(ids[1:] >= ids[:-1])), "its ids are not in order")
    first = np.empty(len(hashes), np.uint32)
    kernels.first_equal(hashes, seed, first)
    _require(np.array_equal(first, np.arange(len(hashes))), "a hash occurs twice")


def _check_further(arrays: Arrays) -> None:
    rows, ids = arrays["more_rows"], arrays["more_ids"]
    if not len(rows):
        return
    _require(int(rows.max()) < len(arrays["hashes"]), "a further id belongs to a hash that is not there")
    _require(bool(np.all(rows[1:] >= rows[:-1])), "its further ids are not in the order of their hashes")
    _require(bool(np.all(ids > arrays["ids"][rows])), "a further id is not larger than the first one")
    within = rows[1:] == rows[:-1]
    _require(bool(np.all(ids[1:][within] > ids[:-1][within])), "the further ids of a hash are not in order")


def _check_by_id(arrays: Arrays) -> None:
    order, ids = arrays["more_by_id"], arrays["more_ids"]
    _require(np.array_equal(order, np.argsort(ids, kind="stable")), "its order of further ids is not that")


def _check_buckets(arrays: Arrays, number: int) -> None:
    starts = arrays["starts"][number]
    whole = starts[0] == 0 and starts[-1] == len(arrays["hashes"])
    _require(
        bool(whole and np.all(starts[1:] >= starts[:-1])), f"the buckets of chunk {number} are not whole"
    )


def _check_rows(arrays: Arrays, number: int) -> None:
    """Each row stands in the bucket of its own value, and in each bucket they ascend: so each is there once."""
    hashes, starts = arrays["hashes"], arrays["starts"][number]
    values = np.repeat(np.arange(CHUNK_VALUES, dtype=np.uint16), np.diff(starts))
    own, following = (np.ascontiguousarray(chunk(hashes, each % CHUNKS)) for each in (number, number + 1))
    for begin in range(0, len(hashes), _PIECE):
        piece = slice(begin, begin + _PIECE + 1)  # one more, to compare with its neighbour
        rows, value, nexts = arrays["rows"][number, piece], values[piece], arrays["nexts"][number, piece]
        _require(int(rows.max()) < len(hashes), f"chunk {number} names a row that is not there")
        _require(np.array_equal(own[rows], value), f"chunk {number} has a row in a wrong bucket")
        _require(np.array_equal(following[rows], nexts), f"chunk {number} has a wrong next chunk")
        ascending = (rows[1:] > rows[:-1]) | (value[1:] != value[:-1])
        _require(bool(np.all(ascending)), f"chunk {number} has a bucket that is not in order")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CorruptIndex(otherwise)
