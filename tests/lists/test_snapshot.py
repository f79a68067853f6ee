"""The snapshot file: what goes in comes out, and what is not right is never taken for right."""

import os
import random
from pathlib import Path

import pytest

from doorward.findings import Method
from doorward.lists import DuplicateEntry, Entry, ListSnapshot, SnapshotError, write_snapshot
from doorward.lists.entries import DIGESTS, WIDTH_BYTES
from doorward.lists.snapshot.layout import PAGE_BYTES
from support.hash_lists import details

DETAILS = details("known")


def some_entries(count: int, seed: int = 0) -> list[Entry]:
    """Entries that have now these hashes and now those."""
    dice = random.Random(seed)

    def maybe(width: int) -> bytes | None:
        return dice.randbytes(width) if dice.random() < 0.6 else None

    return [
        Entry(
            id=f"id-{number}-é",
            md5=maybe(16),
            sha1=maybe(20),
            sha256=maybe(32),
            pdq=dice.randbytes(32),
            pdq_quality=dice.choice([None, 0, 49, 100]),
            label=dice.choice([None, "cat", "coffee cup"]),
        )
        for number in range(count)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the snapshot of a test is written."""
    return tmp_path / "known.snapshot"


def opened(path: Path, entries: list[Entry]) -> ListSnapshot:
    write_snapshot(path, DETAILS, entries)
    return ListSnapshot.open(path)


@pytest.mark.parametrize("count", [0, 1, 4095, 4097])
def test_what_is_written_is_read(path: Path, count: int) -> None:
    entries = some_entries(count)
    snapshot = opened(path, entries)
    snapshot.verify()
    assert list(snapshot.entries()) == entries
    assert len(snapshot) == count
    assert snapshot.details == DETAILS


@pytest.mark.parametrize("method", DIGESTS)
def test_digests_are_sorted_and_lead_to_their_entries(path: Path, method: Method) -> None:
    entries = some_entries(500)
    column = opened(path, entries).columns.hashes[method]
    found = [bytes(row) for row in column.hashes]
    assert found == sorted(found)
    assert found == [entries[number].hash_of(method) for number in column.entry]
    assert sorted(column.entry) == [n for n, entry in enumerate(entries) if entry.hash_of(method)]


def test_pdq_hashes_keep_their_bytes_quality_and_entry(path: Path) -> None:
    entries = some_entries(50)
    snapshot = opened(path, entries)
    assert [bytes(row) for row in snapshot.hashes[Method.PDQ].hashes] == [entry.pdq for entry in entries]
    assert list(snapshot.hashes[Method.PDQ].entry) == list(range(50))
    assert [None if q < 0 else q for q in snapshot.pdq_quality] == [entry.pdq_quality for entry in entries]
    assert snapshot.hashes[Method.PDQ].hashes.shape == (50, 32)


def test_the_same_digest_may_belong_to_several_entries(path: Path) -> None:
    snapshot = opened(path, [Entry("a", md5=bytes(16)), Entry("b", md5=bytes(16))])
    snapshot.verify()
    assert sorted(snapshot.hashes[Method.MD5].entry) == [0, 1]


def test_an_id_and_its_label_are_found_by_number(path: Path) -> None:
    entries = some_entries(20)
    snapshot = opened(path, entries)
    assert [snapshot.entry_id(n) for n in range(20)] == [entry.id for entry in entries]
    assert [snapshot.label(n) for n in range(20)] == [entry.label for entry in entries]


@pytest.mark.parametrize("number", [-1, 3, 2**32 - 1])
def test_an_entry_that_is_not_there_is_an_error(path: Path, number: int) -> None:
    snapshot = opened(path, some_entries(3))
    with pytest.raises(SnapshotError):
        snapshot.entry_id(number)
    with pytest.raises(SnapshotError):
        snapshot.label(number)


def test_arrays_are_aligned_to_pages_and_cannot_be_written_to(path: Path) -> None:
    snapshot = opened(path, some_entries(10))
    for method in WIDTH_BYTES:
        column = snapshot.columns.hashes[method]
        assert column.hashes.ctypes.data % PAGE_BYTES == 0
        assert not column.hashes.flags.writeable


def test_the_same_contents_have_the_same_checksum(tmp_path: Path) -> None:
    first = write_snapshot(tmp_path / "one", DETAILS, some_entries(10))
    second = write_snapshot(tmp_path / "two", DETAILS, some_entries(10))
    assert first == second
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_an_id_with_two_contents_is_refused_and_nothing_is_left(path: Path) -> None:
    with pytest.raises(DuplicateEntry, match="'a'"):
        write_snapshot(path, DETAILS, [Entry("a", md5=bytes(16)), Entry("a", sha1=bytes(20))])
    assert list(path.parent.iterdir()) == []


def test_a_write_that_fails_leaves_the_former_file_and_no_other(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_snapshot(path, DETAILS, some_entries(3))
    former = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_snapshot(path, DETAILS, some_entries(4))
    assert [path.read_bytes()] == [former]
    assert list(path.parent.iterdir()) == [path]


def test_opening_reads_the_header_and_not_the_entries(path: Path) -> None:
    write_snapshot(path, DETAILS, some_entries(3))
    pages = path.read_bytes()
    path.write_bytes(pages[:PAGE_BYTES] + bytes(len(pages) - PAGE_BYTES))
    assert len(ListSnapshot.open(path)) == 3  # only `verify` sees that the contents are gone
    with pytest.raises(SnapshotError, match="checksum"):
        ListSnapshot.open(path).verify()
