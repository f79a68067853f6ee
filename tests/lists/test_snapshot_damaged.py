"""Damaged and hostile snapshots: a clear error, or at the least no crash. Never quietly wrong when verified."""

import contextlib
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorward.lists import Entry, ListSnapshot, SnapshotError, write_snapshot
from doorward.lists.snapshot import layout
from support.files import flipped
from support.hash_lists import details

ENTRIES = [
    Entry(f"é{number}", bytes([9 - number] * 16), bytes(20), bytes(32), bytes([number] * 32), 50, "cat")
    for number in range(5)
]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a snapshot in which nothing is wrong."""
    path = tmp_path_factory.mktemp("good") / "good.snapshot"
    write_snapshot(path, details("known"), ENTRIES)
    return path.read_bytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where damaged bytes are put; written anew by each example."""
    return tmp_path_factory.mktemp("damaged") / "damaged.snapshot"


def read_everything(snapshot: ListSnapshot) -> None:
    """Touch all there is, as a matcher would."""
    for column in snapshot.columns.hashes.values():
        column.hashes.sum()
        for number in column.entry:
            with contextlib.suppress(SnapshotError):
                snapshot.entry_id(int(number))
            with contextlib.suppress(SnapshotError):
                snapshot.label(int(number))
    with contextlib.suppress(SnapshotError):
        list(snapshot.entries())


def sealed(data: bytes) -> bytes:
    """The same with a checksum that is right, as somebody would do who means harm."""
    end = layout.CHECKSUM_AT + layout.CHECKSUM_BYTES
    digest = hashlib.sha256(data[: layout.CHECKSUM_AT] + data[end:]).digest()
    return data[: layout.CHECKSUM_AT] + digest + data[end:]


def places(data: bytes) -> dict[str, layout.Section]:
    length = int.from_bytes(data[12:16], "little")
    header = json.loads(data[layout.PREAMBLE.size : layout.PREAMBLE.size + length])
    return layout.sections(layout.Sizes(**header["sizes"]), length)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_byte_is_found_and_until_then_does_no_harm(
    good: bytes, path: Path, data: st.DataObject
) -> None:
    used = [at for place in places(good).values() for at in range(place.offset, place.offset + place.length)]
    at = data.draw(st.one_of(st.integers(0, 600), st.sampled_from(used), st.integers(0, len(good) - 1)))
    path.write_bytes(flipped(good, at))
    with pytest.raises(SnapshotError):  # noqa: PT012 - either step may find it
        snapshot = ListSnapshot.open(path)
        read_everything(snapshot)
        snapshot.verify()


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_hostile_file_with_a_right_checksum_does_no_harm(
    good: bytes, path: Path, data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from([place for place in places(good).values() if place.length]))
    changed = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(place.offset, place.offset + place.length - 1))
        changed[at] = data.draw(st.integers(0, 255))
    path.write_bytes(sealed(bytes(changed)))
    snapshot = ListSnapshot.open(path)
    read_everything(snapshot)
    try:
        snapshot.verify()
    except SnapshotError:
        return
    assert len(list(snapshot.entries())) == len(ENTRIES)  # other words, but whole: nothing raises


@given(st.integers(0, 70_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_of_any_other_length_is_refused(good: bytes, path: Path, length: int) -> None:
    path.write_bytes((good + bytes(70_000))[:length])
    if length != len(good):
        with pytest.raises(SnapshotError, match="damaged"):
            ListSnapshot.open(path)


def with_header(good: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The file with another header, and lengths to match it."""
    length = int.from_bytes(good[12:16], "little")
    header = json.loads(good[64 : 64 + length])
    change(header)
    raw = json.dumps(header).encode()
    body = raw.ljust(layout.PAGE_BYTES - 64, b"\0") + good[layout.PAGE_BYTES :]
    return sealed(good[:12] + len(raw).to_bytes(4, "little") + good[16:64] + body)


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header["sizes"].update(entries=2**32),
        lambda header: header["sizes"].update(entries=-1),
        lambda header: header["sizes"].update(pdq=2**31),
        lambda header: header["sizes"].update(id_bytes=2**63),
        lambda header: header["sizes"].update(md5=4.0),
        lambda header: header["sizes"].update(md5=True),
        lambda header: header["sizes"].update(more=1),
        lambda header: header["sizes"].pop("sha1"),
        lambda header: header["details"].update(code="no such code"),
        lambda header: header["details"].update(name="../elsewhere"),
        lambda header: header["details"].update(radius_bits=1000),
        lambda header: header["details"].update(expires_at="whenever"),
        lambda header: header["details"].update(expires_at="2026-01-01T00:00:00"),
        lambda header: header["details"].pop("source"),
        lambda header: header.update(details=[]),
    ],
)
def test_a_header_that_claims_what_cannot_be_is_refused(
    good: bytes, path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    path.write_bytes(with_header(good, change))
    with pytest.raises(SnapshotError, match="not a usable list snapshot"):
        ListSnapshot.open(path)


def test_a_header_as_it_was_is_accepted(good: bytes, path: Path) -> None:
    path.write_bytes(with_header(good, lambda header: header))
    ListSnapshot.open(path).verify()


@pytest.mark.parametrize(
    ("section", "dtype", "place", "value", "complaint"),
    [
        ("md5_entry", "<u4", 0, 5, "an entry that is not there"),
        ("md5_entry", "<u4", 0, 3, "an entry has two"),
        ("pdq_entry", "<u4", 4, 2**32 - 1, "an entry that is not there"),
        ("label_index", "<u4", 2, 1, "a label that is not there"),
        ("id_offsets", "<u8", 2, 2**63, "ids overlap"),
        ("id_offsets", "<u8", 0, 1, "ids overlap"),
        ("id_offsets", "<u8", 5, 14, "ids overlap"),
        ("id_offsets", "<u8", 1, 4, "divide a character"),
        ("id_text", "|u1", 0, 0xFF, "ids are not UTF-8"),
        ("label_text", "|u1", 0, 0xC3, "labels are not UTF-8"),
        ("md5", "|u1", 0, 0xFF, "not in order"),
        ("pdq_quality", "<i2", 0, 101, "quality is out of range"),
        ("pdq_quality", "<i2", 0, -2, "quality is out of range"),
    ],
)
def test_contents_that_break_a_rule_are_refused_though_the_checksum_is_right(
    good: bytes, path: Path, section: str, dtype: str, place: int, value: int, complaint: str
) -> None:
    found = places(good)[section]
    changed = bytearray(good)
    array = np.frombuffer(changed, dtype, count=found.length // np.dtype(dtype).itemsize, offset=found.offset)
    array[place] = value
    path.write_bytes(sealed(bytes(changed)))
    with pytest.raises(SnapshotError, match=complaint):
        ListSnapshot.open(path).verify()


@pytest.mark.parametrize("data", [b"", b"DOORLIST", b"id,md5\na,b\n", b"\0" * 5000])
def test_what_is_no_snapshot_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(SnapshotError, match="not a usable list snapshot"):
        ListSnapshot.open(path)


def test_a_file_that_is_missing_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(SnapshotError, match="Import the list again"):
            ListSnapshot.open(path)


def test_another_format_version_is_named(good: bytes, path: Path) -> None:
    path.write_bytes(sealed(good[:8] + (2).to_bytes(4, "little") + good[12:]))
    with pytest.raises(SnapshotError, match="format version 2"):
        ListSnapshot.open(path)
