"""Publishing lists: what is in force afterwards, what is on record, what is on the disk."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from doorward.clock import ManualClock
from doorward.findings import Code
from doorward.lists import DetailsError, DuplicateEntry, Entry, ListError
from doorward.lists.errors import PublicationConflict
from doorward.lists.publication import publish
from doorward.lists.shelf import Shelf
from doorward.storage import Database
from support.files import flipped
from support.publishing import Publisher, entry

A, B, C = entry("a", 1), entry("b", 2), entry("c", 3)


def test_the_first_version_brings_a_list_into_force(publisher: Publisher) -> None:
    outcome = publisher.publish(A, B)
    assert (outcome.changed, outcome.added, outcome.total) == (True, 2, 2)
    assert publisher.contents() == {"a": A, "b": B}
    assert publisher.versions() == [(outcome.version, True)]
    assert publisher.files() == [f"known/{outcome.version}.snapshot"]


def test_a_version_is_named_by_its_number_and_its_contents(sqlite_publisher: Publisher) -> None:
    outcome = sqlite_publisher.publish(A)
    present = sqlite_publisher.shelf.required("known")
    assert outcome.version == f"1-{present.sha256[:12]}"
    assert present.counts == {"md5": 1, "sha1": 0, "sha256": 0, "pdq": 0}


def test_publishing_twice_changes_nothing(publisher: Publisher) -> None:
    first = publisher.publish(A, B)
    again = publisher.publish(B, A, B)
    assert (again.changed, again.version, again.kept) == (False, first.version, 2)
    assert len(publisher.versions()) == len(publisher.ledger()) == 1


def test_an_import_replaces_what_the_list_had(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A, B)
    outcome = sqlite_publisher.publish(B._replace(label="cat"), C)
    assert (outcome.added, outcome.removed, outcome.altered, outcome.kept) == (1, 1, 1, 0)
    assert set(sqlite_publisher.contents()) == {"b", "c"}


def test_adding_keeps_what_the_list_had(publisher: Publisher) -> None:
    publisher.publish(A, B)
    changed = B._replace(label="cat")
    outcome = publisher.publish(changed, C, add=True)
    assert (outcome.added, outcome.removed, outcome.altered, outcome.kept) == (1, 0, 1, 1)
    assert publisher.contents() == {"a": A, "b": changed, "c": C}


def test_adding_what_is_there_changes_nothing(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A, B)
    assert not sqlite_publisher.publish(A, add=True).changed


@pytest.mark.parametrize(
    "changed",
    [
        Entry("a", md5=bytes(16)),
        Entry("a", A.md5, sha1=bytes(20)),
        Entry("a", A.md5, pdq=bytes(32)),
        Entry("a", A.md5, label="cat"),
    ],
)
def test_any_difference_in_an_entry_makes_a_version(sqlite_publisher: Publisher, changed: Entry) -> None:
    sqlite_publisher.publish(A, B)
    outcome = sqlite_publisher.publish(changed, B)
    assert (outcome.changed, outcome.altered, outcome.kept) == (True, 1, 1)


def test_other_details_make_a_version_with_the_same_entries(publisher: Publisher) -> None:
    publisher.publish(A)
    outcome = publisher.publish(A, code=Code.NCII)
    assert (outcome.changed, outcome.kept) == (True, 1)
    assert publisher.shelf.required("known").details.code is Code.NCII


def test_a_later_import_of_the_same_without_a_stated_date_changes_nothing(
    sqlite_publisher: Publisher, clock: ManualClock
) -> None:
    first = sqlite_publisher.details(as_of=clock.now())
    sqlite_publisher.publish_as(first, [A])
    clock.advance(timedelta(days=1))
    later = sqlite_publisher.details(as_of=clock.now(), expires_at=first.expires_at)
    shelf = sqlite_publisher.shelf
    again = publish(shelf, later, [A], as_of_stated=False)
    assert not again.changed
    assert sqlite_publisher.publish_as(later, [A]).changed  # stated, the date is news


def test_the_ledger_has_a_row_for_each_version(publisher: Publisher, clock: ManualClock) -> None:
    first = publisher.publish(A)
    clock.advance(timedelta(seconds=1))
    second = publisher.publish(A, B)
    rows = publisher.ledger()
    assert [(kind, body["version"]) for kind, body in rows] == [
        ("list_version", first.version),
        ("list_version", second.version),
    ]
    assert {"name", "code", "source", "sha256", "entries", "added", "removed"} <= rows[0][1].keys()


def test_only_the_last_version_is_in_force(publisher: Publisher) -> None:
    versions = [publisher.publish(A, entry("x", number)).version for number in range(3)]
    assert publisher.versions() == [(versions[0], False), (versions[1], False), (versions[2], True)]


def test_superseded_files_are_deleted_beyond_those_to_keep(publisher: Publisher) -> None:
    versions = [publisher.publish(entry("x", number), keep_versions=2).version for number in range(5)]
    assert publisher.files() == sorted(f"known/{version}.snapshot" for version in versions[-3:])
    assert len(publisher.versions()) == 5  # the record stays


def test_what_crashes_left_is_deleted_and_other_files_are_not(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A)
    folder = sqlite_publisher.directory / "known"
    for name in ("2-abandoned.snapshot", "2-0123.partial", "notes.txt"):
        (folder / name).touch()
    sqlite_publisher.publish(A)
    assert sorted(path.name for path in folder.iterdir() if path.stem[0] != "1") == ["notes.txt"]


def test_the_files_of_other_lists_stay(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A, name="other")
    sqlite_publisher.publish(A)
    assert len(sqlite_publisher.files()) == 2


def test_two_contents_for_one_id_are_refused(sqlite_publisher: Publisher) -> None:
    with pytest.raises(DuplicateEntry):
        sqlite_publisher.publish(A, entry("a", 9))
    assert sqlite_publisher.versions() == []


def test_a_list_without_entries_is_refused(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A)
    with pytest.raises(ListError, match="no entries"):
        sqlite_publisher.publish()
    assert set(sqlite_publisher.contents()) == {"a"}


def test_an_expired_list_cannot_be_published(sqlite_publisher: Publisher, clock: ManualClock) -> None:
    with pytest.raises(DetailsError, match="expired already"):
        sqlite_publisher.publish(A, expires_at=clock.now())


def test_the_name_of_the_built_in_list_is_taken(sqlite_publisher: Publisher) -> None:
    with pytest.raises(DetailsError, match="built-in"):
        sqlite_publisher.publish(A, name="canary")


def test_a_damaged_version_is_mended_by_importing_the_same_again(sqlite_publisher: Publisher) -> None:
    first = sqlite_publisher.publish(A)
    damage(sqlite_publisher)
    second = sqlite_publisher.publish(A)
    assert second.changed
    assert second.version != first.version
    assert sqlite_publisher.contents() == {"a": A}


def test_nothing_is_added_to_a_damaged_version(sqlite_publisher: Publisher) -> None:
    first = sqlite_publisher.publish(A)
    damage(sqlite_publisher)
    with pytest.raises(ListError, match=r"Import the whole list, without --add\."):
        sqlite_publisher.publish(B, add=True)
    assert sqlite_publisher.versions() == [(first.version, True)]


def test_publishers_at_the_same_moment_take_turns(publisher: Publisher) -> None:
    start = threading.Barrier(6)

    def add(number: int) -> str:
        start.wait()
        return publisher.publish(entry(f"id-{number}", number), add=True).version

    with ThreadPoolExecutor(6) as threads:
        versions = set(threads.map(add, range(6)))
    assert len(versions) == 6
    assert set(publisher.contents()) == {f"id-{number}" for number in range(6)}
    assert [in_force for _, in_force in publisher.versions()] == [False] * 5 + [True]


def test_a_change_from_another_machine_is_not_overwritten(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Publisher(publisher.database, tmp_path / "elsewhere", publisher.clock)
    write_files = Shelf._write_files

    def overtaken(shelf: Shelf, *arguments: object) -> object:
        version = write_files(shelf, *arguments)  # type: ignore[arg-type]
        if shelf.directory == publisher.directory:
            elsewhere.publish(B)
        return version

    monkeypatch.setattr(Shelf, "_write_files", overtaken)
    with pytest.raises(PublicationConflict, match="run the command again"):
        publisher.publish(A)
    assert set(elsewhere.contents()) == {"b"}


def test_a_disk_that_is_full_changes_nothing(
    sqlite_publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sqlite_publisher.publish(A)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(ListError, match=r"No space left on device\. Nothing was changed"):
            sqlite_publisher.publish(B)
    assert sqlite_publisher.versions() == [(first.version, True)]
    assert sqlite_publisher.files() == [f"known/{first.version}.snapshot"]


def test_a_directory_that_cannot_be_made_is_explained(
    sqlite_database: Database, tmp_path: Path, clock: ManualClock
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ListError, match="could not be written"):
        Publisher(sqlite_database, tmp_path / "file", clock).publish(A)


def damage(publisher: Publisher) -> None:
    """Change the last byte of the hashes in the file that is in force."""
    path = publisher.directory / publisher.shelf.required("known").file
    data = path.read_bytes()
    path.write_bytes(flipped(data, len(data) - 1))
