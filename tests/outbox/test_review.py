"""What people do with the outbox."""

from datetime import timedelta

import pytest

from doorward.clock import ManualClock
from doorward.outbox import ItemState, leases
from doorward.outbox.review import (
    NoSuchItem,
    NothingToRetry,
    count_items,
    list_items,
    retry,
    retry_all_dead,
)
from doorward.storage import Database
from support.outbox import claim, order, row

DAY = timedelta(days=1)


def _dead(database: Database, clock: ManualClock, name: str) -> str:
    item_id = order(database, clock, name)
    (item,) = claim(database, clock, "here")
    database.write(lambda c: leases.give_up(c, item, "here", "gone", clock.now(), DAY))
    return item_id


def _done(database: Database, clock: ManualClock, name: str) -> str:
    item_id = order(database, clock, name)
    (item,) = claim(database, clock, "here")
    database.write(lambda c: leases.mark_done(c, item, clock.now(), DAY))
    return item_id


def test_items_are_listed_and_counted_by_state(database: Database, clock: ManualClock) -> None:
    dead, done = _dead(database, clock, "a"), _done(database, clock, "b")
    pending = order(database, clock, "c")

    listed = database.read(lambda c: list_items(c, ItemState.PENDING, ItemState.DEAD))
    counts = database.read(count_items)

    assert {item.id: item.last_error for item in listed} == {dead: "gone", pending: None}
    assert done not in {item.id for item in listed}
    assert counts == {ItemState.PENDING: 1, ItemState.DONE: 1, ItemState.DEAD: 1}


def test_a_dead_letter_tried_again_has_all_its_attempts_and_no_clock(
    database: Database, clock: ManualClock
) -> None:
    item = _dead(database, clock, "a")
    database.write(lambda c: retry(c, item, clock.now()))

    stored = row(database, item)
    assert (stored.state, stored.attempts, stored.keep_until) == ("pending", 0, None)
    assert [claimed.id for claimed in claim(database, clock, "here")] == [item]


def test_an_item_that_waits_for_its_back_off_can_be_made_due(database: Database, clock: ManualClock) -> None:
    item_id = order(database, clock, "a")
    (item,) = claim(database, clock, "here")
    database.write(lambda c: leases.put_off(c, item, "here", "not now", clock.now() + DAY))
    database.write(lambda c: retry(c, item_id, clock.now()))

    assert len(claim(database, clock, "here")) == 1


def test_all_dead_letters_are_tried_again_and_nothing_else(database: Database, clock: ManualClock) -> None:
    dead = {_dead(database, clock, "a"), _dead(database, clock, "b")}
    _done(database, clock, "c")

    assert database.write(lambda c: retry_all_dead(c, clock.now())) == 2
    assert {item.id for item in claim(database, clock, "here")} == dead


def test_what_was_delivered_or_is_being_delivered_is_not_sent_twice(
    database: Database, clock: ManualClock
) -> None:
    done, leased = _done(database, clock, "a"), order(database, clock, "b")
    claim(database, clock, "here")

    for item, why in ((done, "was delivered"), (leased, "at this moment")):
        with pytest.raises(NothingToRetry, match=why):
            database.write(lambda c, item=item: retry(c, item, clock.now()))  # type: ignore[misc]
    with pytest.raises(NoSuchItem, match="o_nowhere"):
        database.write(lambda c: retry(c, "o_nowhere", clock.now()))
