"""Where digests stand among sorted ones: the native search, or bisection with the same answers."""

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from doorward.imagery import native

Digests = NDArray[np.uint8]
FindRun = Callable[[Digests, bytes], tuple[int, int]]
FindRuns = Callable[[Digests, Digests, NDArray[np.uint64]], None]


def run_of(digests: Digests, digest: bytes) -> tuple[int, int]:
    """The first row of `digests`, `uint8[n, w]` ascending, that equals `digest`, and the row after the last.

    `(i, i)` for some i where there is none.
    """
    return _kernels()[0](digests, digest)


def runs_of(digests: Digests, queries: Digests) -> NDArray[np.uint64]:
    """The same for each of `queries`, `uint8[m, w]`: `uint64[m, 2]`."""
    out = np.empty((len(queries), 2), np.uint64)
    _kernels()[1](digests, np.ascontiguousarray(queries), out)
    return out


@functools.cache
def _kernels() -> tuple[FindRun, FindRuns]:
    if not native.available():
        return python_run, python_runs
    from doorward._native import digest_run, digest_runs

    return digest_run, digest_runs


def python_run(digests: Digests, digest: bytes) -> tuple[int, int]:
    """The same as the native search, by halving alone."""
    if digests.shape[1] != len(digest):
        raise ValueError("a digest must be as wide as those in the list")
    rows = range(len(digests))
    begin = bisect_left(rows, digest, key=lambda row: bytes(digests[row]))
    return begin, bisect_right(rows, digest, lo=begin, key=lambda row: bytes(digests[row]))


def python_runs(digests: Digests, queries: Digests, out: NDArray[np.uint64]) -> None:
    """The same for each of `queries`."""
    for number, query in enumerate(queries):
        out[number] = python_run(digests, bytes(query))
