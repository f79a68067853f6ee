"""Working off the outbox."""

import asyncio
from datetime import timedelta
from typing import Any

import structlog

from doorward.clock import ManualClock
from doorward.outbox import GiveUp, Limits, OutboxItem, RetryLater, Runner
from doorward.settings import RetentionSettings, WebhookSettings
from doorward.storage import Database, DatabaseUnavailable
from support.outbox import LEASE, Receiver, claim, order, row, runner

SECRET_TEXT = "words of a user"


def _once(a_runner: Runner) -> int:
    return asyncio.run(a_runner.run_once())


def test_what_is_due_is_delivered_once_and_kept_for_its_time(database: Database, clock: ManualClock) -> None:
    item, receiver = order(database, clock, "a"), Receiver()
    working = runner(database, clock, receiver)

    assert [_once(working), _once(working)] == [1, 0]
    assert receiver.got == {item: 1}
    stored = row(database, item)
    assert (stored.state, stored.finished_at) == ("done", clock.now())
    assert stored.keep_until == clock.now() + timedelta(days=30)


def test_a_handler_sees_the_payload_the_attempt_and_when_it_was_ordered(
    sqlite_database: Database, clock: ManualClock
) -> None:
    seen: list[OutboxItem] = []
    item, ordered_at = order(sqlite_database, clock, "a"), clock.now()
    clock.advance(timedelta(hours=1))
    _once(runner(sqlite_database, clock, Receiver(seen.append)))

    assert seen == [OutboxItem(item, "webhook", {"n": "a"}, 1, ordered_at)]


def test_a_failed_delivery_waits_longer_each_time(database: Database, clock: ManualClock) -> None:
    item = order(database, clock, "a")
    working = runner(database, clock, Receiver(lambda _: RetryLater("not now")))
    waits = []
    for _ in range(4):
        assert _once(working) == 1
        assert _once(working) == 0
        waits.append((row(database, item).next_attempt_at - clock.now()).total_seconds())
        clock.advance(timedelta(seconds=waits[-1]))

    assert waits == [5, 15, 45, 135]
    assert row(database, item).last_error == "not now"


def test_a_receiver_that_asks_for_time_gets_it(database: Database, clock: ManualClock) -> None:
    item = order(database, clock, "a")
    _once(runner(database, clock, Receiver(lambda _: RetryLater("busy", after_s=3600))))

    assert row(database, item).next_attempt_at == clock.now() + timedelta(hours=1)


def test_after_the_last_attempt_an_item_is_a_dead_letter_that_is_kept(
    database: Database, clock: ManualClock
) -> None:
    item, receiver = order(database, clock, "a"), Receiver(lambda _: RetryLater("not now"))
    working = runner(database, clock, receiver, max_attempts=3)
    for _ in range(6):
        _once(working)
        clock.advance(timedelta(days=1))

    stored = row(database, item)
    assert receiver.got[item] == 3
    assert (stored.state, stored.attempts) == ("dead", 3)
    assert stored.keep_until == stored.finished_at + timedelta(days=365)
    assert "the last" in stored.last_error


def test_a_receiver_that_wants_no_more_is_not_asked_again(database: Database, clock: ManualClock) -> None:
    item, receiver = order(database, clock, "a"), Receiver(lambda _: GiveUp("gone"))
    _once(runner(database, clock, receiver))
    clock.advance(timedelta(days=9))
    _once(runner(database, clock, receiver))

    assert receiver.got[item] == 1
    assert (row(database, item).state, row(database, item).last_error) == ("dead", "gone")


def test_whatever_a_handler_raises_the_item_is_tried_again_and_the_others_are_delivered(
    database: Database, clock: ManualClock
) -> None:
    bad, good = order(database, clock, "bad"), order(database, clock, "good")
    receiver = Receiver(lambda item: ZeroDivisionError(SECRET_TEXT) if item.id == bad else None)

    with structlog.testing.capture_logs() as logs:
        _once(runner(database, clock, receiver))

    assert row(database, good).state == "done"
    assert row(database, bad).state == "pending"
    assert row(database, bad).last_error == "the handler failed (ZeroDivisionError)"
    assert SECRET_TEXT not in repr(logs)


def test_a_delivery_without_end_is_ended_and_tried_again(database: Database, clock: ManualClock) -> None:
    class Endless:
        async def deliver(self, item: OutboxItem) -> None:
            await asyncio.Event().wait()

    item = order(database, clock, "a")
    _once(Runner(database, {"webhook": Endless()}, clock, "here", Limits(delivery_s=0.01)))

    assert row(database, item).last_error == "no end within 0.01 s"


def test_a_kind_without_a_handler_waits_for_a_runner_that_has_one(
    database: Database, clock: ManualClock
) -> None:
    item = order(database, clock, "a", kind="filing")
    assert _once(runner(database, clock, Receiver())) == 0

    receiver = Receiver()
    _once(Runner(database, {"filing": receiver}, clock, "there"))
    assert receiver.got == {item: 1}


def test_two_runners_never_have_the_same_item(database: Database, clock: ManualClock) -> None:
    items = [order(database, clock, str(number)) for number in range(60)]
    receiver = Receiver()
    runners = [runner(database, clock, receiver, owner=f"r{n}", at_once=4) for n in range(4)]

    async def work(one: Runner) -> None:
        while await one.run_once():
            pass

    async def scenario() -> None:
        await asyncio.gather(*(work(one) for one in runners))

    asyncio.run(scenario())
    _once(runners[0])  # a runner that found rows locked may have left some

    assert receiver.got == dict.fromkeys(items, 1)


def test_an_item_whose_runner_died_is_taken_over_after_the_lease_under_the_same_id(
    database: Database, clock: ManualClock
) -> None:
    order(database, clock, "a")
    (item,) = claim(database, clock, owner="dying")
    receiver = Receiver()
    asyncio.run(receiver.deliver(item))  # it reached the receiver; nothing was written about that
    other = runner(database, clock, receiver, owner="other")

    assert _once(other) == 0  # still leased
    clock.advance(LEASE)
    assert _once(other) == 1
    assert receiver.got == {item.id: 2}  # by which the receiver knows it
    assert row(database, item.id).state == "done"


def test_an_item_that_kills_its_runners_ends_among_the_dead_letters(
    database: Database, clock: ManualClock
) -> None:
    item, receiver = order(database, clock, "a"), Receiver()
    for _ in range(3):
        claim(database, clock, owner="dying")
        clock.advance(LEASE)

    _once(runner(database, clock, receiver, max_attempts=3))

    assert row(database, item).state == "dead"
    assert receiver.got == {}


class Flaky:
    """A database that is away for the next `away` questions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.away = 0

    def _ask(self) -> None:
        if self.away:
            self.away -= 1
            raise DatabaseUnavailable("pulled the plug")

    async def read_async(self, work: Any) -> Any:
        self._ask()
        return await self._database.read_async(work)

    async def write_async(self, work: Any) -> Any:
        self._ask()
        return await self._database.write_async(work)


def test_the_outcome_of_a_delivery_is_written_when_the_database_is_back(
    database: Database, clock: ManualClock
) -> None:
    item, flaky = order(database, clock, "a"), Flaky(database)

    def unplug(_item: OutboxItem) -> None:
        flaky.away = 5

    receiver = Receiver(unplug)
    _once(runner(flaky, clock, receiver))  # type: ignore[arg-type]

    assert row(database, item).state == "done"
    assert receiver.got == {item: 1}


def test_the_loop_outlives_a_database_that_is_away_and_ends_when_told(
    database: Database, clock: ManualClock
) -> None:
    items, flaky = [order(database, clock, str(number)) for number in range(40)], Flaky(database)
    flaky.away = 7
    stop = asyncio.Event()

    def stop_after_the_last(_item: OutboxItem) -> None:
        if len(receiver.got) == len(items):
            stop.set()

    receiver = Receiver(stop_after_the_last)
    asyncio.run(runner(flaky, clock, receiver, at_once=3).run(stop))  # type: ignore[arg-type]

    assert receiver.got == dict.fromkeys(items, 1)
    assert {row(database, item).state for item in items} == {"done"}


def test_limits_follow_the_settings_and_a_lease_outlasts_a_delivery() -> None:
    limits = Limits.of(WebhookSettings(timeout_s=60, max_attempts=5), RetentionSettings(outbox_done_days=7))

    assert (limits.max_attempts, limits.keep_done) == (5, timedelta(days=7))
    assert 60 < limits.delivery_s < limits.lease_s
