"""Index files: there whole or not at all, the same for both implementations, refused if not right."""

import itertools
import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from doorward.imagery.matcher import CorruptIndex, HammingIndex, IndexFileError
from doorward.imagery.matcher.container import Array, Kind, open_index_file, writing
from doorward.imagery.matcher.container.layout import PAGE_BYTES
from doorward.imagery.matcher.kernels import NUMPY
from doorward.imagery.matcher.tables import Kernels
from support.hashes import answered, near, random_hashes
from support.index_files import with_header, with_preamble

HASHES = np.concatenate([random_hashes(60), random_hashes(40)])  # forty of them twice


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the index of a test is written."""
    return tmp_path / "known.pdq-index"


@pytest.fixture
def saved(path: Path) -> bytes:
    """The bytes of an index file in which nothing is wrong, which is at `path`."""
    HammingIndex.build(HASHES, kernels=NUMPY).save(path, note="of version 3")
    return path.read_bytes()


@pytest.mark.parametrize("mode", ["mmap", "ram"])
def test_what_is_saved_is_opened(path: Path, kernels: Kernels, mode: str) -> None:
    built = HammingIndex.build(HASHES, np.arange(100) * 7, kernels=kernels)
    built.save(path, note="of version 3")
    opened = HammingIndex.open(path, "ram" if mode == "ram" else "mmap", verify=True, kernels=kernels)
    assert (len(opened), opened.note) == (100, "of version 3")
    for at in range(100):
        query = near(HASHES[at], at % 50, at)
        assert answered(opened.query(query)) == answered(built.query(query))


def test_a_path_may_be_text(path: Path) -> None:
    HammingIndex.build(HASHES).save(str(path))
    assert len(HammingIndex.open(str(path))) == len(HASHES)


def test_a_mode_that_is_none_is_refused(path: Path, saved: bytes) -> None:
    with pytest.raises(ValueError, match="mmap, ram; 'disk' was given"):
        HammingIndex.open(path, "disk")  # type: ignore[arg-type]


def test_both_implementations_write_the_same_file(path: Path, kernels: Kernels, saved: bytes) -> None:
    HammingIndex.build(HASHES, kernels=kernels).save(path, note="of version 3")
    assert path.read_bytes() == saved


def test_the_order_in_which_pairs_came_does_not_matter(path: Path, kernels: Kernels, saved: bytes) -> None:
    order = np.random.default_rng(0).permutation(len(HASHES))
    HammingIndex.build(HASHES[order], order, kernels=kernels).save(path, note="of version 3")
    assert path.read_bytes() == saved


def test_an_index_that_grew_is_saved_as_one_that_was_built(
    path: Path, kernels: Kernels, saved: bytes
) -> None:
    with HammingIndex.build(HASHES[:30], kernels=kernels) as index:
        index.add(HASHES[30:], np.arange(30, 100))
        index.add(random_hashes(5, seed=1), np.arange(200, 205))
        index.remove(np.arange(200, 205))
        index.save(path, note="of version 3")
    assert path.read_bytes() == saved


def test_arrays_begin_at_pages_and_cannot_be_written_to(saved: bytes, path: Path) -> None:
    for mode in ("mmap", "ram"):
        (segment,) = HammingIndex.open(path, mode)._store.state.segments
        for array in segment.arrays.values():
            assert array.ctypes.data % PAGE_BYTES == 0
            assert not array.flags.writeable


def test_a_file_of_another_kind_is_refused(path: Path) -> None:
    other = Kind("digests", ("digests",), lambda sizes: (Array("digests", "|u1", (sizes["digests"], 16)),))
    writing.write_index_file(path, other, {"digests": 2}, {"digests": np.ones((2, 16), np.uint8)})
    assert open_index_file(path, other).arrays["digests"].sum() == 32
    with pytest.raises(IndexFileError, match=r"an index of 'digests'.* 'hamming-256'.*Build"):
        HammingIndex.open(path)


def test_a_missing_file_is_refused(path: Path) -> None:
    with pytest.raises(IndexFileError, match="No such file"):
        HammingIndex.open(path)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 200, 4096, 100_000, -1])
def test_a_file_that_is_cut_off_is_refused(saved: bytes, path: Path, length: int) -> None:
    path.write_bytes(saved[:length])
    with pytest.raises(IndexFileError, match=str(path)):
        HammingIndex.open(path)


def test_a_file_that_is_too_long_is_refused(saved: bytes, path: Path) -> None:
    path.write_bytes(saved + b"\0")
    with pytest.raises(IndexFileError, match="bytes long where it should be"):
        HammingIndex.open(path)


_REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another magic": (lambda data: b"DOORLIST" + data[8:], "does not begin as one"),
    "another version": (lambda data: with_preamble(data, version=2), "format version 2"),
    "endless header": (lambda data: with_preamble(data, header_length=2**32 - 1), "header claims"),
    "a header that is no JSON": (lambda data: data[:64] + b"[" + data[65:], "header cannot be read"),
    "more hashes than there are": (lambda data: with_header(data, hashes=600), "header demands"),
    "as many further ids as hashes too few": (
        lambda data: with_header(data, hashes=59, more=41),
        "header demands",
    ),
    "sizes beyond 64 bits": (lambda data: with_header(data, hashes=2**64), "header cannot be read"),
    "sizes whose product is beyond 64 bits": (
        lambda data: with_header(data, hashes=2**47),
        "an index can have",
    ),
    "negative sizes": (lambda data: with_header(data, more=-40), "header cannot be read"),
    "sizes that are no numbers": (lambda data: with_header(data, more=1.5), "header cannot be read"),
    "another size": (lambda data: with_header(data, rows=3), "names the sizes"),
}


@pytest.mark.parametrize("damage", list(_REFUSED))
def test_a_header_that_is_not_right_is_refused(saved: bytes, path: Path, damage: str) -> None:
    change, message = _REFUSED[damage]
    path.write_bytes(change(saved))
    with pytest.raises(IndexFileError, match=message):
        HammingIndex.open(path)


def test_no_sizes_make_arrays_overlap(saved: bytes, path: Path) -> None:
    """Places follow from sizes: the arrays lie one behind the other, to the end of the file."""
    (segment,) = HammingIndex.open(path)._store.state.segments
    places = sorted((array.ctypes.data, array.nbytes) for array in segment.arrays.values())
    for (start, length), (following, _) in itertools.pairwise(places):
        assert start + length <= following
    assert places[-1][0] + places[-1][1] - places[0][0] <= len(saved) - PAGE_BYTES


def test_sizes_that_fit_the_file_and_not_its_contents_are_found_by_verifying(
    saved: bytes, path: Path
) -> None:
    path.write_bytes(with_header(saved, hashes=61))  # the arrays end in the same pages
    HammingIndex.open(path)
    with pytest.raises(CorruptIndex):
        HammingIndex.open(path, verify=True)


def test_a_wrong_checksum_is_found_by_verifying(saved: bytes, path: Path) -> None:
    path.write_bytes(saved[:-1] + bytes([saved[-1] ^ 1]))
    HammingIndex.open(path)
    with pytest.raises(IndexFileError, match="checksum"):
        HammingIndex.open(path, verify=True)


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_former_file_and_no_other(
    saved: bytes, path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if step == "write":
        monkeypatch.setattr(writing, "_parts", full)
    else:
        monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space"):
        HammingIndex.build(random_hashes(9)).save(path)
    assert path.read_bytes() == saved
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("step", ["half written", "before the rename"])
def test_a_process_killed_while_saving_leaves_the_former_file(saved: bytes, path: Path, step: str) -> None:
    index = HammingIndex.build(random_hashes(9), kernels=NUMPY)
    child = os.fork()
    if not child:
        die: Callable[..., None] = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731
        setattr(*((writing, "_parts") if step == "half written" else (os, "replace")), die)
        index.save(path)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert path.read_bytes() == saved
    assert [each.suffix for each in path.parent.iterdir() if each != path] == [".partial"]
    HammingIndex.open(path, verify=True)


def test_a_file_that_is_replaced_goes_on_for_whoever_has_it_open(saved: bytes, path: Path) -> None:
    index = HammingIndex.open(path)
    HammingIndex.build(random_hashes(9, seed=5)).save(path)
    index.verify()
    assert len(index.query(HASHES[3], 0)[0]) == 2


def test_a_note_that_is_too_long_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="note"):
        HammingIndex().save(tmp_path / "index", note="x" * 70_000)
    assert list(tmp_path.iterdir()) == []
