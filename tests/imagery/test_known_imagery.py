"""Matchers are built before a list version comes into force, and go when it goes."""

import gc
import weakref
from pathlib import Path

from doorward.clock import ManualClock
from doorward.imagery.matching.exhaustive import exhaustive_matchers
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
