"""Arrays that contradict themselves: an exception or some answer, never a read out of bounds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from doorward import _native
from imagery.matcher.segments import Prices, Segment, random_hashes, segment_of

RANDOM = np.random.default_rng(31)
HASHES = random_hashes(12_000, RANDOM)[np.concatenate([np.arange(12_000), RANDOM.integers(0, 12_000, 900)])]
GOOD = segment_of(HASHES)
ALWAYS_INDEXED: Prices = (1e9, 1e-3, 1e-3, 1e-3, 1e-3)
ALWAYS_REPLANNED: Prices = (1e9, 1e-3, 1e-3, 1e-3, 1e5)


def use(tables: _native.HammingTables) -> None:
    """Everything that reads the arrays."""
    uses: list[Callable[[], Any]] = [
        *(lambda at=at: tables.search(HASHES[at], 31) for at in range(0, 12_000, 1_500)),
        *(lambda radius=radius: tables.search(HASHES[7], radius) for radius in (0, 7, 40, 63, 256)),
        lambda: tables.search_batch(HASHES[:300], 31),
        lambda: tables.scan(HASHES[0], 100),
        *(lambda at=at: tables.has(HASHES[at], at) for at in range(0, 12_900, 700)),
        lambda: tables.remove_pairs(HASHES[:100], np.arange(100, dtype=np.uint64)),
        lambda: tables.remove(np.arange(0, 13_000, 50, dtype=np.uint64)),
        tables.live,
        tables.stats,
    ]
    for each in uses:
        try:
            each()
        except _native.CorruptIndex:
            continue


def any_numbers(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Numbers of the whole range of the array's type."""
    return np.frombuffer(RANDOM.bytes(array.nbytes), array.dtype).reshape(array.shape)


NAMES = ("hashes", "starts", "nexts", "rows", "ids", "more_rows", "more_ids", "more_by_id")
WAYS = [None, ALWAYS_INDEXED, ALWAYS_REPLANNED]


def damaged(name: str, change: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]) -> Segment:
    return replace(GOOD, **{name: np.ascontiguousarray(change(getattr(GOOD, name)))})


@pytest.mark.parametrize("prices", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_no_numbers_make_a_search_read_out_of_bounds(name: str, prices: Prices | None) -> None:
    changes: list[Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]] = [
        any_numbers,
        lambda array: np.full_like(array, np.iinfo(array.dtype).max),
        lambda array: array[..., ::-1],
        lambda array: np.full_like(array, len(GOOD.hashes)),
        lambda array: array + array.dtype.type(1),
    ]
    for change in changes:
        use(damaged(name, change).tables(prices=prices))


@pytest.mark.parametrize("name", ["rows", "starts"])
def test_a_search_that_meets_a_number_out_of_bounds_says_so(name: str) -> None:
    tables = damaged(name, lambda array: np.full_like(array, len(GOOD.hashes))).tables(prices=ALWAYS_INDEXED)
    if name == "starts":
        tables = damaged(name, lambda array: array[..., ::-1]).tables(prices=ALWAYS_INDEXED)
    with pytest.raises(_native.CorruptIndex):
        tables.search(HASHES[0], 31)
    with pytest.raises(_native.CorruptIndex):
        tables.search_batch(HASHES[:9], 31)


def test_a_removal_that_meets_a_number_out_of_bounds_says_so() -> None:
    tables = damaged("more_by_id", lambda array: np.full_like(array, 2**32 - 1)).tables()
    with pytest.raises(_native.CorruptIndex):
        tables.remove(np.zeros(1, np.uint64))


def test_a_corrupt_index_is_a_value_error() -> None:
    assert issubclass(_native.CorruptIndex, ValueError)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("hashes", "starts")])
def test_arrays_of_other_lengths_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="as long as"):
        damaged(name, lambda array: array[..., :-1]).tables()


@pytest.mark.parametrize("name", NAMES)
def test_arrays_of_other_types_are_refused_rather_than_converted(name: str) -> None:
    with pytest.raises(TypeError):
        damaged(name, lambda array: array.astype(np.int64)).tables()
