"""Damaged and hostile files: an error of ours or some answer, never a crash; nothing hostile verifies."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from doorward.imagery.matcher import CorruptIndex, HammingIndex, IndexFileError, MergingFailed
from doorward.imagery.matcher.assembly import assemble
from doorward.imagery.matcher.kernels import NUMPY
from doorward.imagery.matcher.levels import Levels
from doorward.imagery.matcher.sources import StoredPairs
from doorward.imagery.matcher.tables import Kernels
from support.hashes import random_hashes
from support.index_files import sealed, sections

SMALL = Levels(mutable_rows=2, growth=2, waiting=2)
ROWS = 9_000  # more than are simply compared one by one
HASHES = np.concatenate([random_hashes(ROWS), random_hashes(ROWS // 3)])
LARGEST: dict[str, int] = {"hashes": 2**64 - 1, "nexts": 2**16 - 1, "ids": 2**64 - 1, "more_ids": 2**64 - 1}

UNHURRIED = settings(deadline=None)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index file in which nothing is wrong."""
    path = tmp_path_factory.mktemp("good") / "index"
    HammingIndex.build(HASHES, kernels=NUMPY).save(path)
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where damaged bytes are put; written anew by each example."""
    return tmp_path_factory.mktemp("damaged") / "index"


def use(index: HammingIndex) -> None:
    """Ask for everything there is to ask, and change what can be changed."""
    uses: list[Callable[[], Any]] = [
        lambda: [index.query(HASHES[at], 31) for at in range(0, ROWS, 900)],
        lambda: [index.query(HASHES[at], radius) for at, radius in enumerate((0, 8, 16, 47, 63, 64, 256))],
        lambda: index.query_batch(HASHES[:20]),
        lambda: index.query_capped(HASHES[0], 256, 3),
        lambda: index.add(HASHES[:3], [1, 2, 3]),
        lambda: index.remove([0, 5, 2**64 - 1]),
        lambda: index.add(random_hashes(9, seed=7), np.arange(9)),
        lambda: index.compact(),
        lambda: len(index),
    ]
    for each in uses:
        with contextlib.suppress(IndexFileError, MergingFailed):
            each()
    index.close()


def one_changed_byte(kernels: Kernels, good: Path, path: Path, data: st.DataObject) -> None:
    """The file is opened without checking and used, or refused; checking finds the byte in any case."""
    changed = bytearray(good.read_bytes())
    used = st.sampled_from(list(sections(changed).values())).flatmap(
        lambda place: st.integers(place.offset, place.offset + place.array.length - 1)
    )
    at = data.draw(st.one_of(st.integers(0, 200), used))
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(changed)
    with contextlib.suppress(IndexFileError):
        use(HammingIndex.open(path, kernels=kernels, levels=SMALL))
    with pytest.raises(IndexFileError):
        HammingIndex.open(path, verify=True, kernels=kernels)


def hostile_numbers(kernels: Kernels, good: Path, path: Path, data: st.DataObject) -> None:
    """The checksum is right, the arrays are not. What passes for an index all the same is one."""
    changed = bytearray(good.read_bytes())
    for name in data.draw(st.lists(st.sampled_from(list(sections(changed))), min_size=1, max_size=4)):
        array = part(changed, name).reshape(-1)
        start, step = (
            data.draw(st.integers(0, len(array) - 1)),
            data.draw(st.sampled_from([1, 97, len(array)])),
        )
        number = data.draw(st.sampled_from([0, 1, ROWS - 1, ROWS, LARGEST.get(name, 2**32 - 1)]))
        array[start::step] = min(number, np.iinfo(array.dtype).max)
    path.write_bytes(sealed(bytes(changed)))
    use(HammingIndex.open(path, kernels=kernels, levels=SMALL))
    try:
        index = HammingIndex.open(path, verify=True, kernels=kernels)
    except CorruptIndex:
        return
    (segment,) = index._store.state.segments
    rebuilt = assemble(StoredPairs(tuple(segment.live_pairs())), kernels, seed=0)
    assert all(np.array_equal(segment.arrays[name], rebuilt[name]) for name in rebuilt)


@given(st.data())
@settings(UNHURRIED, max_examples=20)
def test_one_changed_byte_does_no_harm_and_is_found(
    kernels: Kernels, good: Path, path: Path, data: st.DataObject
) -> None:
    one_changed_byte(kernels, good, path, data)


@given(st.data())
@settings(UNHURRIED, max_examples=20)
def test_hostile_numbers_under_a_right_checksum_do_no_harm(
    kernels: Kernels, good: Path, path: Path, data: st.DataObject
) -> None:
    hostile_numbers(kernels, good, path, data)


@pytest.mark.campaign
@given(st.data())
@settings(UNHURRIED, max_examples=1_000)
def test_thousands_of_damaged_and_hostile_files_do_no_harm(
    kernels: Kernels, good: Path, path: Path, data: st.DataObject
) -> None:
    data.draw(st.sampled_from([one_changed_byte, hostile_numbers]))(kernels, good, path, data)


def part(data: bytearray, name: str) -> NDArray[Any]:
    """One array of the file, to be changed in place."""
    place = sections(data)[name]
    whole = np.frombuffer(data, np.uint8)[place.offset : place.offset + place.array.length]
    return whole.view(place.array.dtype).reshape(place.array.shape)


def _swapped(array: NDArray[Any], first: int, second: int) -> None:
    array[[first, second]] = array[[second, first]]


_BROKEN: dict[str, tuple[str, Callable[[NDArray[Any]], None], str]] = {
    "a hash twice": ("hashes", lambda it: it.__setitem__(1, it[0]), "a hash occurs twice"),
    "ids out of order": ("ids", lambda it: _swapped(it, 3, 4), "ids are not in order"),
    "a bucket that begins before the table": (
        "starts",
        lambda it: it[3].__setitem__(0, 1),
        "buckets of chunk 3",
    ),
    "a bucket that ends behind the table": (
        "starts",
        lambda it: it[3].__setitem__(-1, 2**31),
        "buckets of chunk 3",
    ),
    "buckets that overlap": ("starts", lambda it: it[3].__setitem__(9, ROWS), "buckets of chunk 3"),
    "a row that is not there": ("rows", lambda it: it[5].__setitem__(7, ROWS), "chunk 5 names a row"),
    "a row in a wrong bucket": ("rows", lambda it: _swapped(it[5], 0, -1), "chunk 5 has a row in a wrong"),
    "a wrong next chunk": (
        "nexts",
        lambda it: it[5].__setitem__(7, it[5][7] ^ 1),
        "chunk 5 has a wrong next",
    ),
    "a further id of no hash": ("more_rows", lambda it: it.__setitem__(-1, ROWS), "hash that is not there"),
    "further ids out of order": ("more_rows", lambda it: _swapped(it, 3, 4), "order of their hashes"),
    "a further id that is the first": ("more_ids", lambda it: it.__setitem__(0, 0), "not larger"),
    "an order that is none": ("more_by_id", lambda it: _swapped(it, 3, 4), "order of further ids"),
}


@pytest.mark.parametrize("broken", list(_BROKEN))
def test_verifying_says_which_rule_is_broken(kernels: Kernels, good: Path, path: Path, broken: str) -> None:
    name, change, message = _BROKEN[broken]
    changed = bytearray(good.read_bytes())
    change(part(changed, name))
    path.write_bytes(sealed(bytes(changed)))
    with pytest.raises(CorruptIndex, match=message):
        HammingIndex.open(path, verify=True, kernels=kernels)


def test_a_query_that_meets_a_row_that_is_not_there_says_so(kernels: Kernels, good: Path, path: Path) -> None:
    changed = bytearray(good.read_bytes())
    part(changed, "rows")[:] = ROWS
    path.write_bytes(sealed(bytes(changed)))
    index = HammingIndex.open(path, kernels=kernels)
    with pytest.raises(CorruptIndex, match=f"{path} is corrupt: .*Build the index again"):
        index.query_batch(HASHES[:100], radius=0)  # so few buckets are looked into rather than all compared
