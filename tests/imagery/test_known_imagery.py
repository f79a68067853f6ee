"""Matchers are built before a list version comes into force, and go when it goes; states are worked out once."""

import gc
import weakref
from datetime import timedelta
from pathlib import Path

from doorward.clock import ManualClock
from doorward.imagery.matching.exhaustive import exhaustive_matchers
from doorward.imagery.matching.index_files import PdqIndexFile
from doorward.imagery.matching.indexed import IndexedMatchers
from doorward.imagery.matching.known_imagery import KnownImagery
from doorward.imagery.matching.protocols import HashTable, Matchers
from doorward.lists import Entry, LiveList
from support.hash_lists import FixedLists, details, live_list


class CountingBuilder:
    """Builds, and counts how often."""

    def __init__(self) -> None:
        self.built = 0

    def __call__(self, table: HashTable) -> Matchers:
        self.built += 1
        return exhaustive_matchers(table)


def version(directory: Path, number: int) -> LiveList:
    """A list whose contents say which version it is."""
    return live_list(directory, details("demo"), [Entry(f"v{number}", pdq=bytes([number]) * 32)])


def test_matchers_are_built_once_for_a_version_and_before_it_is_used(
    tmp_path: Path, clock: ManualClock
) -> None:
    build = CountingBuilder()
    lists = FixedLists(version(tmp_path, 1))
    known = KnownImagery(lists, build, "imagery")
    assert build.built == 2  # the canary's and the list's
    lists.replace(version(tmp_path, 2))
    assert build.built == 3
    for _ in range(3):
        canary, demo = known.in_force(clock.now()).searchable
        assert (canary.details.name, demo.table.entry_id(0)) == ("canary", "v2")
    assert build.built == 3


def test_a_version_that_was_never_announced_is_searched_all_the_same(
    tmp_path: Path, clock: ManualClock
) -> None:
    class Forgetful(FixedLists):
        def subscribe(self, prepare: object) -> None:
            """Announces nothing."""

    known = KnownImagery(Forgetful(version(tmp_path, 1)), exhaustive_matchers, "imagery")
    assert len(known.in_force(clock.now()).searchable) == 2


def test_matchers_of_a_version_that_nobody_uses_are_let_go(tmp_path: Path, clock: ManualClock) -> None:
    lists = FixedLists(version(tmp_path, 1))
    known = KnownImagery(lists, exhaustive_matchers, "imagery")
    matchers = weakref.ref(known.in_force(clock.now()).searchable[1].matchers.pdq)
    assert matchers() is not None
    lists.replace(version(tmp_path, 2))
    gc.collect()
    assert matchers() is None


def test_what_is_in_force_is_worked_out_once(tmp_path: Path, clock: ManualClock) -> None:
    lists = FixedLists(version(tmp_path, 1))
    known = KnownImagery(lists, exhaustive_matchers, "imagery")
    first = known.in_force(clock.now())
    clock.advance(timedelta(days=1))
    assert known.in_force(clock.now()) is first
    lists.replace(version(tmp_path, 2))
    assert known.in_force(clock.now()) is not first


def test_but_a_list_that_expires_does_so_on_time(tmp_path: Path, clock: ManualClock) -> None:
    short = live_list(tmp_path, details("short", days=20), [Entry("s", pdq=bytes(32))])
    known = KnownImagery(FixedLists(version(tmp_path, 1), short), exhaustive_matchers, "imagery")
    expiry = short.details.expires_at
    assert known.in_force(expiry - timedelta(microseconds=1)).not_assessed == ()
    (expired,) = known.in_force(expiry).not_assessed
    assert expired.list_name == "short"
    assert len(known.in_force(expiry + timedelta(days=100)).not_assessed) == 2
    assert known.in_force(expiry - timedelta(days=1)).not_assessed == ()  # a clock that was put right


def test_it_says_what_is_amiss_with_its_indexes(tmp_path: Path, clock: ManualClock) -> None:
    known = KnownImagery(
        FixedLists(version(tmp_path, 1)), IndexedMatchers(PdqIndexFile(indexed_from=1)), "imagery"
    )
    (warning,) = known.warnings(clock.now())
    assert "is missing" in warning
    assert "doorward lists verify --repair" in warning
