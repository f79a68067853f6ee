"""How a segment of a `HammingIndex` is laid out, and the permutation that its hashes are stored in.

A segment holds u distinct hashes and k further ids. Chunk i of a hash, 0 <= i < 16, is its bits
16i … 16i + 15 after the permutation; a bucket is all hashes with one value in one chunk.

    hashes      uint64[u, 4]        permuted bits, bit p in word p // 64 at 2^(p % 64); in order of `ids`
    starts      uint32[16, 65537]   for chunk i: where each value's bucket begins in `rows[i]`, `nexts[i]`
    nexts       uint16[16, u]       in the order of the buckets: the value of the hash's next chunk (cyclic)
    rows        uint32[16, u]       in the order of the buckets: the hash's row in `hashes`, ascending in each
    ids         uint64[u]           the smallest id of each hash; ascending
    more_rows   uint32[k]           for each further id: the row of its hash; ascending
    more_ids    uint64[k]           the further ids; ascending for each row
    more_by_id  uint32[k]           the order of `more_ids` by (id, place)

`nexts` is the neighbour filter of decision 0012. Everything but the pairs of hash and id is worked
out from them by rule, so that a file can be checked whole (`structure`).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.container.layout import Array, Kind, Sizes

HASH_BYTES: Final = 32
HASH_BITS: Final = 8 * HASH_BYTES
CHUNKS: Final = 16
CHUNK_BITS: Final = HASH_BITS // CHUNKS
CHUNK_VALUES: Final = 1 << CHUNK_BITS
MAX_ROWS: Final = (1 << 32) - 2  # rows and the ends of buckets are uint32

_SEED = int.from_bytes(b"doorward", "little")


def _arrays(sizes: Sizes) -> tuple[Array, ...]:
    hashes, more = sizes["hashes"], sizes["more"]
    if max(hashes, more) > MAX_ROWS:
        raise ValueError(
            f"an index can have {MAX_ROWS} hashes and as many further ids, not {hashes} and {more}"
        )
    return (
        Array("hashes", "<u8", (hashes, 4)),
        Array("starts", "<u4", (CHUNKS, CHUNK_VALUES + 1)),
        Array("nexts", "<u2", (CHUNKS, hashes)),
        Array("rows", "<u4", (CHUNKS, hashes)),
        Array("ids", "<u8", (hashes,)),
        Array("more_rows", "<u4", (more,)),
        Array("more_ids", "<u8", (more,)),
        Array("more_by_id", "<u4", (more,)),
    )


HAMMING: Final = Kind("hamming-256", ("hashes", "more"), _arrays)


def _permutation() -> NDArray[np.uint8]:
    """A shuffle of 0 … 255 that is the same on every machine and for ever.

    Fisher and Yates' shuffle (Knuth, TAOCP vol. 2, §3.4.2, algorithm P), driven by splitmix64
    (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
    """
    order = list(range(HASH_BITS))
    state = _SEED
    for last in range(HASH_BITS - 1, 0, -1):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        mixed = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) % 2**64
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) % 2**64
        other = (mixed ^ mixed >> 31) % (last + 1)
        order[last], order[other] = order[other], order[last]
    permutation = np.array(order, np.uint8)
    permutation.flags.writeable = False
    return permutation


PERMUTATION: Final = _permutation()
"""Bit 8b + j of a hash (byte b, bit j from the least significant) goes to bit PERMUTATION[8b + j].

Neighbouring bits of a perceptual hash are correlated, so that the chunks of the hash as it stands would
have crowded buckets. A fixed shuffle spreads them as well as one that was learned from the data.
"""
