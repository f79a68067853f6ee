"""Hamming distances of one 256-bit hash to many: the native kernel, or NumPy with the same numbers."""

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from doorward.imagery import native

Distances = NDArray[np.uint16]
Kernel = Callable[[NDArray[np.uint8], NDArray[np.uint8], Distances], None]

_PIECE_ROWS = 8_192  # so that NumPy's temporaries stay in the processor's cache


def distances_bits(query: bytes, hashes: NDArray[np.uint8]) -> Distances:
    """Bits in which each row of `hashes`, `uint8[n, 32]`, differs from `query`, 32 bytes."""
    out = np.empty(len(hashes), np.uint16)
    kernel()(np.frombuffer(query, np.uint8), hashes, out)
    return out


@functools.cache
def kernel() -> Kernel:
    """The native kernel, or NumPy's where there is none."""
    if not native.available():
        return numpy_kernel
    from doorward._native import hamming_distances

    return hamming_distances


def numpy_kernel(query: NDArray[np.uint8], hashes: NDArray[np.uint8], out: Distances) -> None:
    """The same numbers as the native kernel, in NumPy."""
    words = query.view(np.uint64)
    for start in range(0, len(hashes), _PIECE_ROWS):
        piece = hashes[start : start + _PIECE_ROWS].view(np.uint64)
        out[start : start + _PIECE_ROWS] = np.bitwise_count(piece ^ words).sum(axis=1)
