"""Files beside a snapshot: there before the version is in force, gone with it, and mended without harm."""

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from doorward.lists import ListError, ListSnapshot, SnapshotError
from doorward.lists.publication import remove_entries, remove_list
from support.companions import COPIES, Copy
from support.publishing import Publisher, entry

A, B = entry("a", 1), entry("b", 2)


@pytest.fixture
def publisher(sqlite_publisher: Publisher) -> Publisher:
    """A publisher whose versions have companions."""
    return replace(sqlite_publisher, companions=COPIES)


def companion(publisher: Publisher) -> Path:
    """That of the version in force."""
    return (publisher.directory / publisher.shelf.required("known").file).with_suffix(Copy.suffix)


def files_of(*versions: str) -> list[str]:
    return sorted(f"known/{version}.{kind}" for version in versions for kind in ("copied-index", "snapshot"))


def test_a_version_has_its_companion_when_it_comes_into_force(publisher: Publisher) -> None:
    first = publisher.publish(A)
    assert publisher.files() == files_of(first.version)
    assert companion(publisher).read_text() == publisher.shelf.required("known").sha256


def test_every_change_makes_a_companion(publisher: Publisher) -> None:
    versions = [publisher.publish(A), publisher.publish(B, add=True)]
    versions.append(remove_entries(publisher.shelf, "known", ["a"]))
    assert publisher.files() == files_of(*(each.version for each in versions))


def test_companions_go_with_their_snapshots(publisher: Publisher) -> None:
    versions = [publisher.publish(entry("a", number), keep_versions=1).version for number in range(4)]
    assert publisher.files() == files_of(*versions[-2:])
    remove_list(publisher.shelf, "known")
    assert publisher.files() == []


def test_they_are_tidied_away_by_those_who_do_not_know_their_kind(publisher: Publisher) -> None:
    publisher.publish(A)
    remove_list(replace(publisher, companions=()).shelf, "known")
    assert publisher.files() == []


def test_what_is_no_companion_stays(publisher: Publisher) -> None:
    publisher.publish(A)
    for name in ("notes.txt", "known-index", "1-abc.pdq-index", "9-0123456789ab.txt"):
        (publisher.directory / "known" / name).touch()
    before = len(publisher.files())
    publisher.publish(A, B, keep_versions=9)
    assert len(publisher.files()) == before + 2


def test_a_disk_that_fills_up_while_a_companion_is_written_changes_nothing(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publisher.publish(A)

    def full(self: Copy, path: Path, text: str) -> None:
        path.write_text(text[:9])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Copy, "fill", full)
        with pytest.raises(ListError, match=r"No space left on device\. Nothing was changed"):
            publisher.publish(B)
    assert publisher.versions() == [(first.version, True)]
    assert publisher.files() == files_of(first.version)
    second = publisher.publish(B)
    assert publisher.files() == files_of(first.version, second.version)


def test_a_companion_that_does_not_come_out_right_is_not_published(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Copy, "fill", lambda self, path, text: path.write_text("something else"))
    with pytest.raises(SnapshotError, match="not the copy"):
        publisher.publish(A)
    assert publisher.versions() == []
    assert publisher.files() == []


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("damaged")])
def test_a_bad_companion_is_found_and_made_anew(publisher: Publisher, damage: object) -> None:
    publisher.publish(A)
    damage(companion(publisher))  # type: ignore[operator]
    shelf, version = publisher.shelf, publisher.shelf.required("known")
    problems = shelf.companion_problems(version)
    assert len(problems) == 1
    assert shelf.mend_companions(version, thorough=False) == problems
    assert shelf.companion_problems(version) == shelf.mend_companions(version, thorough=True) == ()


def test_importing_the_same_again_mends_and_makes_no_version(publisher: Publisher) -> None:
    before = replace(publisher, companions=()).publish(A)  # as before there were companions
    assert not companion(publisher).exists()
    again = publisher.publish(A)
    assert not again.changed
    assert publisher.files() == files_of(before.version)


def test_where_there_is_no_room_to_mend_it_is_said(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.publish(A)
    companion(publisher).unlink()

    def full(self: Copy, snapshot: ListSnapshot, path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Copy, "write", full)
    with pytest.raises(ListError, match="No space left on device"):
        publisher.shelf.mend_companions(publisher.shelf.required("known"), thorough=True)
