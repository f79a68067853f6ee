"""Taking lists and entries out of force."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from doorward.clock import ManualClock
from doorward.lists import ListError
from doorward.lists.errors import NoSuchList
from doorward.lists.publication import Publication, remove_entries, remove_list
from support.publishing import Publisher, entry

A, B, C = entry("a", 1), entry("b", 2), entry("c", 3)


def take_out(publisher: Publisher, ids: Sequence[str]) -> Publication:
    return remove_entries(publisher.shelf, "known", ids)


def remove(publisher: Publisher) -> None:
    remove_list(publisher.shelf, "known")


def test_a_removed_list_is_gone_but_its_versions_stay_on_record(publisher: Publisher) -> None:
    first = publisher.publish(A)
    remove(publisher)
    assert publisher.shelf.present("known") is None
    assert publisher.versions() == [(first.version, False)]
    assert publisher.files() == []


def test_a_removal_is_recorded(publisher: Publisher, clock: ManualClock) -> None:
    first = publisher.publish(A)
    clock.advance(timedelta(seconds=1))
    remove(publisher)
    assert publisher.ledger()[1] == ("list_removed", {"name": "known", "version": first.version})


def test_a_list_that_comes_back_goes_on_counting(publisher: Publisher) -> None:
    publisher.publish(A)
    remove(publisher)
    assert publisher.publish(A).version.startswith("2-")


def test_entries_are_taken_out_in_a_new_version(publisher: Publisher) -> None:
    publisher.publish(A, B, C)
    outcome = take_out(publisher, ["a", "c", "a"])
    assert (outcome.removed, outcome.kept, outcome.total) == (2, 1, 1)
    assert publisher.contents() == {"b": B}


def test_an_entry_that_is_not_there_is_named_and_nothing_is_taken_out(publisher: Publisher) -> None:
    first = publisher.publish(A, B)
    with pytest.raises(ListError, match="no entry 'x'"):
        take_out(publisher, ["a", "x"])
    assert publisher.versions() == [(first.version, True)]


def test_of_many_missing_entries_some_are_named(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A)
    with pytest.raises(ListError, match="'4' and 3 more"):
        take_out(sqlite_publisher, [str(number) for number in range(8)])


def test_the_last_entry_is_not_taken_out(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A)
    with pytest.raises(ListError, match="doorward lists remove known"):
        take_out(sqlite_publisher, ["a"])


def test_a_wrong_entry_can_be_taken_out_of_an_expired_list(
    sqlite_publisher: Publisher, clock: ManualClock
) -> None:
    sqlite_publisher.publish(A, B)
    clock.advance(timedelta(days=365))
    assert take_out(sqlite_publisher, ["a"]).removed == 1


def test_a_list_that_is_not_there_cannot_be_removed(publisher: Publisher) -> None:
    with pytest.raises(NoSuchList, match="'known'"):
        remove(publisher)
