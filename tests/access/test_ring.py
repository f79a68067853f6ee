"""Which key is this?"""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from doorward.access import KeyRing, NewKey, Scope, create_key, revoke_key
from doorward.clock import ManualClock
from doorward.storage import Database, DatabaseUnavailable


class Interrupted:
    """A database that is away while `away` is set, and counts how often it was asked."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.away = False
        self.asked = 0

    async def read_async(self, work: Any) -> Any:
        self.asked += 1
        if self.away:
            raise DatabaseUnavailable("pulled the plug")
        return self.database.read(work)


@pytest.fixture
def line(sqlite_database: Database) -> Interrupted:
    return Interrupted(sqlite_database)


@pytest.fixture
def ring(line: Interrupted, clock: ManualClock) -> KeyRing:
    return KeyRing(line, clock)  # type: ignore[arg-type]


@pytest.fixture
def key(sqlite_database: Database, clock: ManualClock) -> NewKey:
    return sqlite_database.write(lambda c: create_key(c, name="a", scopes=[Scope.SCREEN], now=clock.now()))


async def _id(ring: KeyRing, token: str) -> str | None:
    found = await ring.lookup(token)
    return found.id if found else None


def test_a_key_is_found_by_its_token(ring: KeyRing, key: NewKey) -> None:
    assert asyncio.run(_id(ring, key.token)) == key.id


@pytest.mark.parametrize("wrong", ["", "dw_", "dw_" + "A" * 43, "\udcff", "k_1"])
def test_another_token_finds_nothing(ring: KeyRing, key: NewKey, wrong: str) -> None:
    assert asyncio.run(_id(ring, wrong)) is None


def test_a_revoked_key_stops_working_within_the_ring_s_age(
    ring: KeyRing, key: NewKey, sqlite_database: Database, clock: ManualClock
) -> None:
    async def scenario() -> list[str | None]:
        before = await _id(ring, key.token)
        sqlite_database.write(lambda c: revoke_key(c, key.id, clock.now()))
        clock.advance(timedelta(seconds=2))
        return [before, await _id(ring, key.token)]

    assert asyncio.run(scenario()) == [key.id, None]


def test_a_new_key_works_at_once_though_the_ring_is_young(
    ring: KeyRing, key: NewKey, sqlite_database: Database, clock: ManualClock
) -> None:
    async def scenario() -> str | None:
        await ring.lookup(key.token)
        new = sqlite_database.write(lambda c: create_key(c, name="b", scopes=[Scope.SCREEN], now=clock.now()))
        clock.advance(timedelta(seconds=0.3))
        return await _id(ring, new.token)

    assert asyncio.run(scenario()) not in (None, key.id)


def test_guessing_does_not_flood_the_database(ring: KeyRing, line: Interrupted, key: NewKey) -> None:
    async def scenario() -> None:
        await asyncio.gather(*(ring.lookup(f"dw_{guess}") for guess in range(200)))

    asyncio.run(scenario())

    assert line.asked == 1


def test_while_the_database_is_away_the_known_keys_go_on_working(
    ring: KeyRing, line: Interrupted, key: NewKey, clock: ManualClock
) -> None:
    async def scenario() -> list[str | None]:
        await ring.lookup(key.token)
        line.away = True
        clock.advance(timedelta(hours=1))
        return [await _id(ring, key.token), await _id(ring, "dw_unknown")]

    assert asyncio.run(scenario()) == [key.id, None]


def test_a_ring_that_never_read_the_keys_calls_no_key_wrong(
    ring: KeyRing, line: Interrupted, key: NewKey
) -> None:
    line.away = True

    with pytest.raises(DatabaseUnavailable):
        asyncio.run(ring.lookup(key.token))


def test_the_ring_recovers_when_the_database_comes_back(
    ring: KeyRing, line: Interrupted, key: NewKey, clock: ManualClock
) -> None:
    async def scenario() -> str | None:
        line.away = True
        with pytest.raises(DatabaseUnavailable):
            await ring.lookup(key.token)
        line.away = False
        clock.advance(timedelta(seconds=2))
        return await _id(ring, key.token)

    assert asyncio.run(scenario()) == key.id
