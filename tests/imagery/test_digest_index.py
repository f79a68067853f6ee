"""Digests are found wherever they stand, as often as they stand there, however they are spread."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from structlog.testing import capture_logs

from doorward._native import digest_run, digest_runs
from doorward.imagery.matcher import CorruptIndex, DigestIndex, IndexFileError, digest_rows
from doorward.imagery.matcher.container import Mode
from doorward.imagery.matcher.digest_index import sort_order
from doorward.imagery.matcher.digest_rows import python_run, python_runs
from support.files import flipped

WIDTHS = (16, 20, 32)
# Few first bytes, few last ones: many digests that are equal, or nearly so, or far from evenly spread.
CROWDED = st.builds(
    lambda first, last: bytes([first]) * 9 + bytes(6) + bytes([last]),
    st.sampled_from((0, 1, 2, 127, 255)),
    st.sampled_from((0, 1, 255)),
)
DIGEST = st.one_of(CROWDED, st.binary(min_size=16, max_size=16))


def as_array(digests: list[bytes], width: int = 16) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, width)


def spread(shape: tuple[int, int], seed: int = 3) -> NDArray[np.uint8]:
    """Random digests, as those of different files are."""
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


@given(digests=st.lists(DIGEST, max_size=200), wanted=st.lists(DIGEST, max_size=5))
def test_every_id_of_a_digest_is_found_and_no_other(digests: list[bytes], wanted: list[bytes]) -> None:
    index = DigestIndex.build(as_array(digests))
    asked = [*wanted, *digests]
    expected = [[number for number, each in enumerate(digests) if each == digest] for digest in asked]
    assert [index.find(digest).tolist() for digest in asked] == expected
    offsets, ids = index.find_batch(as_array(asked))
    assert [part.tolist() for part in np.split(ids, offsets[1:-1])] == expected or not asked


@given(digests=st.lists(DIGEST, max_size=200), wanted=DIGEST)
def test_the_native_search_and_bisection_give_the_same_rows(digests: list[bytes], wanted: bytes) -> None:
    rows = as_array(sorted(digests))
    for digest in (wanted, *digests):
        assert digest_run(rows, digest) == python_run(rows, digest)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("squeezed", [False, True], ids=["evenly spread", "crowded"])
def test_among_many_digests_each_is_found_and_no_other(width: int, squeezed: bool) -> None:
    digests = spread((20_000, width))
    if squeezed:
        digests[:, :7] = digests[:, :7] > 250  # nearly all of them begin alike
    index = DigestIndex.build(digests)
    offsets, ids = index.find_batch(digests)
    assert np.array_equal(offsets, np.arange(len(digests) + 1))
    assert np.array_equal(ids, np.arange(len(digests)))
    absent = spread((1000, width), seed=4)
    assert not len(index.find_batch(absent)[1])


def test_a_digest_that_stands_there_very_often_is_found_every_time() -> None:
    digests = np.concatenate((np.zeros((10_000, 16), np.uint8), spread((10_000, 16))))
    index = DigestIndex.build(digests)
    assert np.array_equal(index.find(bytes(16)), np.arange(10_000))
    assert np.array_equal(index.find_batch(np.zeros((2, 16), np.uint8))[0], [0, 10_000, 20_000])


@given(st.lists(DIGEST, max_size=100))
def test_sorting_keeps_the_order_of_equal_digests(digests: list[bytes]) -> None:
    expected = sorted(range(len(digests)), key=lambda number: digests[number])
    assert sort_order(as_array(digests)).tolist() == expected


def test_digests_out_of_order_are_no_danger() -> None:
    disorder = spread((5_000, 20))
    for digest in disorder[:200]:
        begin, end = digest_run(disorder, bytes(digest))
        assert 0 <= begin <= end <= len(disorder)


def test_arrays_in_a_file_are_used_where_they_lie(tmp_path: Path) -> None:
    digests = spread((1000, 32))
    digests[:] = digests[sort_order(digests)]
    digests.tofile(tmp_path / "digests")
    mapped = np.memmap(tmp_path / "digests", np.uint8, "r", shape=digests.shape)
    index = DigestIndex.over(mapped, np.arange(1000, dtype=np.uint32) + 7)
    assert index.find(bytes(digests[500])).tolist() == [507]
    assert len(index) == 1000


@pytest.mark.parametrize("mode", ["mmap", "ram"])
def test_what_is_saved_is_opened(tmp_path: Path, mode: Mode) -> None:
    digests = spread((500, 20))
    built = DigestIndex.build(digests, np.arange(500, dtype=np.uint32))
    built.save(tmp_path / "index", note="of these 500")
    opened = DigestIndex.open(tmp_path / "index", mode, verify=True)
    assert (len(opened), opened.width, opened.note, built.note) == (500, 20, "of these 500", "")
    for whole, part in zip(opened.find_batch(digests), built.find_batch(digests), strict=True):
        assert np.array_equal(whole, part)


def test_a_file_costs_eight_bytes_beside_each_digest(tmp_path: Path) -> None:
    DigestIndex.build(spread((50_000, 32))).save(tmp_path / "index")
    assert (tmp_path / "index").stat().st_size <= 50_000 * (32 + 8) + 4 * 4096


def test_an_empty_index_is_saved_and_opened(tmp_path: Path) -> None:
    DigestIndex.build(np.zeros((0, 16), np.uint8)).save(tmp_path / "index")
    opened = DigestIndex.open(tmp_path / "index", verify=True)
    assert opened.find(bytes(16)).tolist() == []


def test_a_damaged_file_and_one_out_of_order_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "index"
    DigestIndex.build(spread((500, 16))).save(path)
    good = path.read_bytes()
    path.write_bytes(flipped(good, len(good) - 1))
    with pytest.raises(IndexFileError, match="checksum"):
        DigestIndex.open(path, verify=True)
    path.write_bytes(good[:-1])
    with pytest.raises(IndexFileError, match="not a usable index file"):
        DigestIndex.open(path)
    DigestIndex.over(spread((500, 16)), np.arange(500)).save(path)
    with pytest.raises(CorruptIndex, match="not in order"):
        DigestIndex.open(path, verify=True)


def test_digests_without_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with pytest.raises(ValueError, match="no bytes"):
        DigestIndex.over(np.zeros((4, 0), np.uint8), np.arange(4)).save(path)


def test_without_ids_digests_are_numbered() -> None:
    digests = as_array([b"b" * 16, b"a" * 16])
    assert DigestIndex.build(digests).find(b"a" * 16).tolist() == [1]
    assert DigestIndex.build(digests, np.array([70, 90])).find(b"a" * 16).tolist() == [90]


def test_a_digest_of_another_width_is_an_error() -> None:
    index = DigestIndex.build(spread((10, 20)))
    with pytest.raises(ValueError, match="as wide as"):
        index.find(bytes(16))
    with pytest.raises(ValueError, match="as wide as"):
        python_run(spread((10, 20)), bytes(16))
    with pytest.raises(ValueError, match="one place for each query"):
        digest_runs(spread((10, 20)), spread((3, 20)), np.zeros((2, 2), np.uint64))
    with pytest.raises(ValueError, match="as many as they are"):
        DigestIndex.over(spread((10, 20)), np.zeros(9, np.uint32))


@pytest.mark.usefixtures("without_extension")
def test_without_the_extension_digests_are_found_all_the_same_and_it_is_said_once() -> None:
    digests = spread((300, 16))
    with capture_logs() as logs:
        index = DigestIndex.build(digests)
        assert np.array_equal(index.find_batch(digests)[1], np.arange(300))
        assert index.find(bytes(digests[9])).tolist() == [9]
    assert [log["event"] for log in logs] == ["native_kernels_missing"]
    assert digest_rows._kernels() == (python_run, python_runs)
