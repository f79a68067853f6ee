"""The functions on whole arrays in NumPy: where no extension is built, and as oracle in tests."""

import functools

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.layout import CHUNK_VALUES, CHUNKS, HASH_BYTES
from doorward.imagery.matcher.tables import Bytes, Distances, Rows, Words

_PIECE_ROWS = 8_192  # so that NumPy's temporaries stay in the processor's cache
_PERMUTED_ROWS = 256  # likewise; each has a kilobyte of them
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def permute(permutation: Bytes, hashes: Bytes, out: Words) -> None:
    """Write to `out`, `uint64[n, 4]`, the bits of `hashes`, `uint8[n, 32]`, in permuted order."""
    table, bytes_of_a_hash = _contributions(permutation.tobytes()), np.arange(HASH_BYTES)
    for start in range(0, len(hashes), _PERMUTED_ROWS):
        piece = slice(start, start + _PERMUTED_ROWS)
        out[piece] = np.bitwise_or.reduce(table[bytes_of_a_hash, hashes[piece]], axis=1)


@functools.lru_cache(maxsize=4)
def _contributions(permutation: bytes) -> Words:
    """For each byte of a hash and each of its values, the permuted words with these bits alone."""
    to = np.frombuffer(permutation, np.uint8)
    bits = np.zeros((HASH_BYTES, 256, 256), np.uint8)
    values = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")
    for byte in range(HASH_BYTES):
        bits[byte][:, to[8 * byte : 8 * byte + 8]] = values
    return np.packbits(bits, axis=-1, bitorder="little").view(np.uint64)


def chunk(hashes: Words, number: int) -> NDArray[np.uint16]:
    """Chunk `number` of each hash, `uint64[n, 4]`; a view."""
    return hashes.view(np.uint16)[:, number]


def build(hashes: Words, starts: Rows, nexts: NDArray[np.uint16], rows: Rows) -> None:
    """Fill the tables of a segment from its hashes."""
    first = key = chunk(hashes, 0)
    for number in range(CHUNKS):
        following = chunk(hashes, number + 1) if number + 1 < CHUNKS else first
        order = np.argsort(key, kind="stable")  # a radix sort, for 16 bits
        rows[number] = order
        nexts[number] = following[order]
        starts[number, 0] = 0
        np.cumsum(np.bincount(key, minlength=CHUNK_VALUES), out=starts[number, 1:])
        key = following


def first_equal(hashes: Words, seed: int, out: Rows) -> None:
    """Write to `out`, `uint32[n]`, for every row the first row with an equal hash, `uint64[n, 4]`.

    Sorted by 64 mixed bits of each hash; where two different hashes have the same 64, which `seed`
    keeps from being arranged, sorted by all 256.
    """
    mixed = _mixed(hashes, seed)
    order = np.argsort(mixed, kind="stable")
    same_mixed = mixed[order[1:]] == mixed[order[:-1]]
    same = same_mixed & _equal_to_next(hashes, order, same_mixed)
    if not np.array_equal(same, same_mixed):
        order = np.lexsort(hashes.T)
        same = _equal_to_next(hashes, order, np.ones(len(order) - 1, bool))
    leaders = np.flatnonzero(np.concatenate([[True], ~same])) if len(order) else order
    out[order] = np.repeat(order[leaders], np.diff(leaders, append=len(order)))


def _mixed(hashes: Words, seed: int) -> Words:
    mixed = np.full(len(hashes), seed % 2**64, np.uint64)
    for word in range(hashes.shape[1]):
        mixed = (mixed ^ hashes[:, word]) * _GOLDEN
        mixed ^= mixed >> np.uint64(32)
    return mixed


def _equal_to_next(hashes: Words, order: NDArray[np.int64], where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each neighbouring pair in `order` whether the hashes are equal; False outside `where`."""
    equal = np.zeros(len(where), bool)
    at = np.flatnonzero(where)
    equal[at] = (hashes[order[at]] == hashes[order[at + 1]]).all(axis=1)
    return equal


def distances(query: Bytes, hashes: Bytes, out: Distances) -> None:
    """Bits in which each row of `hashes`, `uint8[n, 32]`, differs from `query`, `uint8[32]`."""
    words = query.view(np.uint64)
    for start in range(0, len(hashes), _PIECE_ROWS):
        piece = hashes[start : start + _PIECE_ROWS].view(np.uint64)
        out[start : start + _PIECE_ROWS] = np.bitwise_count(piece ^ words).sum(axis=1)


def instruction_sets() -> list[str]:
    """NumPy chooses for itself."""
    return ["numpy"]
