"""Claims, and who may write about an item."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from doorward.clock import ManualClock
from doorward.outbox import OutboxItem, leases
from doorward.storage import Database
from support.outbox import LEASE, claim, order, row

DAY = timedelta(days=1)


def test_the_longest_waiting_is_claimed_first(database: Database, clock: ManualClock) -> None:
    items = []
    for name in "abc":
        items.append(order(database, clock, name))
        clock.advance(timedelta(seconds=1))

    assert [item.id for item in claim(database, clock, "here")] == items


def test_what_is_leased_is_not_claimed_until_the_lease_ends(database: Database, clock: ManualClock) -> None:
    order(database, clock, "a")
    first = claim(database, clock, "here")
    during = claim(database, clock, "there")
    clock.advance(LEASE)
    after = claim(database, clock, "there")

    assert (len(first), during) == (1, ())
    assert [item.attempt for item in after] == [2]


@pytest.fixture
def overtaken(database: Database, clock: ManualClock) -> OutboxItem:
    """An item in the hands of `slow`, whose lease ended and went to `other`."""
    order(database, clock, "a")
    (item,) = claim(database, clock, "slow")
    clock.advance(LEASE)
    claim(database, clock, "other")
    return item


def test_a_failure_reported_after_the_lease_went_to_another_changes_nothing(
    database: Database, clock: ManualClock, overtaken: OutboxItem
) -> None:
    def report(connection: Connection) -> None:
        leases.put_off(connection, overtaken, "slow", "late", clock.now())
        leases.give_up(connection, overtaken, "slow", "late", clock.now(), DAY)

    database.write(report)

    stored = row(database, overtaken.id)
    assert (stored.state, stored.lease_owner, stored.last_error) == ("pending", "other", None)


def test_a_failure_of_an_earlier_attempt_of_the_same_runner_changes_nothing(
    database: Database, clock: ManualClock
) -> None:
    order(database, clock, "a")
    (item,) = claim(database, clock, "here")
    clock.advance(LEASE)
    claim(database, clock, "here")
    database.write(lambda c: leases.give_up(c, item, "here", "late", clock.now(), DAY))

    assert row(database, item.id).state == "pending"


def test_a_delivery_that_happened_counts_however_late_it_is_reported(
    database: Database, clock: ManualClock, overtaken: OutboxItem
) -> None:
    database.write(lambda c: leases.mark_done(c, overtaken, clock.now(), DAY))

    assert row(database, overtaken.id).state == "done"


def test_a_clock_set_back_delays_and_loses_nothing(database: Database, clock: ManualClock) -> None:
    item = order(database, clock, "a")
    clock.moment -= DAY
    early = claim(database, clock, "here")
    clock.moment += DAY

    assert early == ()
    assert [claimed.id for claimed in claim(database, clock, "here")] == [item]
