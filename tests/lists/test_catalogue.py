"""The lists in force in a running server."""

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from doorward.clock import ManualClock
from doorward.lists import Catalogue, CatalogueNotLoaded, DetailsError, ListState, LiveList
from doorward.lists.loading import RETRY_S
from doorward.lists.publication import remove_list
from doorward.settings import ListSettings
from doorward.storage import DatabaseUnavailable
from doorward.storage.tables import list_versions
from support.files import flipped
from support.publishing import Publisher, entry

A, B = entry("a", 1), entry("b", 2)


def catalogue_of(publisher: Publisher) -> Catalogue:
    return Catalogue(publisher.database, publisher.directory, publisher.clock, ListSettings(poll_s=0.01))


def damage(publisher: Publisher) -> None:
    """Change the last byte of the hashes in the file that is in force."""
    path = publisher.directory / publisher.shelf.required("known").file
    data = path.read_bytes()
    path.write_bytes(flipped(data, len(data) - 1))


def ids(live: LiveList) -> list[str]:
    assert live.snapshot is not None
    return [found.id for found in live.snapshot.entries()]


def test_before_it_has_looked_it_does_not_say_that_there_are_no_lists(sqlite_publisher: Publisher) -> None:
    with pytest.raises(CatalogueNotLoaded):
        catalogue_of(sqlite_publisher).current()


def test_with_no_lists_it_says_so(sqlite_publisher: Publisher) -> None:
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    assert catalogue.current() == {}
    assert catalogue.warnings() == ()


def test_a_published_version_comes_into_force_with_the_next_refresh(publisher: Publisher) -> None:
    catalogue = catalogue_of(publisher)
    for entries in ([A], [A, B]):
        version = publisher.publish(*entries).version
        catalogue.refresh()
        live = catalogue.current()["known"]
        assert (live.version, ids(live)) == (version, [found.id for found in entries])
        assert live.state(publisher.clock.now()) is ListState.LIVE


def test_a_version_that_stays_is_not_opened_again(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A)
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    former = catalogue.current()["known"]
    sqlite_publisher.publish(A, name="other")
    catalogue.refresh()
    assert catalogue.current()["known"] is former
    assert set(catalogue.current()) == {"known", "other"}


def test_what_was_current_stays_whole_for_whoever_holds_it(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A)
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    held = catalogue.current()["known"]
    for number in range(3):
        sqlite_publisher.publish(entry("x", number), keep_versions=1)
    catalogue.refresh()
    assert ids(held) == ["a"]  # though its file is deleted


def test_a_removed_list_is_dropped(publisher: Publisher) -> None:
    publisher.publish(A)
    catalogue = catalogue_of(publisher)
    catalogue.refresh()
    remove_list(publisher.shelf, "known")
    catalogue.refresh()
    assert catalogue.current() == {}


def test_a_list_expires_while_a_server_runs(sqlite_publisher: Publisher, clock: ManualClock) -> None:
    sqlite_publisher.publish(A, expires_at=clock.now() + timedelta(days=20))
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    live = catalogue.current()["known"]
    states = []
    for days in (0, 5, 1, 13, 1):
        clock.advance(timedelta(days=days))
        states.append((live.state(clock.now()), catalogue.warnings()))
    assert states == [
        (ListState.LIVE, ()),
        (ListState.LIVE, ()),
        (ListState.EXPIRING, (_expires("in 14 days"),)),
        (ListState.EXPIRING, (_expires("in 1 day"),)),
        (
            ListState.EXPIRED,
            (
                "list 'known' expired at 2026-02-04 12:00 UTC: nothing can be cleared against it any more. "
                "Import its present version.",
            ),
        ),
    ]


def _expires(when: str) -> str:
    return f"list 'known' expires {when}, at 2026-02-04 12:00 UTC. Import its present version before then."


def test_a_list_that_cannot_be_read_does_not_vanish(publisher: Publisher) -> None:
    version = publisher.publish(A).version
    damage(publisher)
    catalogue = catalogue_of(publisher)
    catalogue.refresh()
    live = catalogue.current()["known"]
    assert (live.snapshot, live.version) == (None, version)
    assert live.state(publisher.clock.now()) is ListState.UNREADABLE
    assert "checksum" in catalogue.warnings()[0]


def test_a_missing_file_is_a_list_that_cannot_be_read(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A)
    (sqlite_publisher.directory / sqlite_publisher.shelf.required("known").file).unlink()
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    assert catalogue.current()["known"].state(sqlite_publisher.clock.now()) is ListState.UNREADABLE


def test_another_list_s_file_in_its_place_is_not_used(sqlite_publisher: Publisher) -> None:
    sqlite_publisher.publish(A)
    sqlite_publisher.publish(B, name="other")
    shelf = sqlite_publisher.shelf
    other = (sqlite_publisher.directory / shelf.required("other").file).read_bytes()
    (sqlite_publisher.directory / shelf.required("known").file).write_bytes(other)
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    assert "not the file that was published" in (catalogue.current()["known"].problem or "")


def test_when_a_new_version_cannot_be_read_the_former_is_matched_but_clears_nothing(
    sqlite_publisher: Publisher,
) -> None:
    first = sqlite_publisher.publish(A).version
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    second = sqlite_publisher.publish(A, B).version
    damage(sqlite_publisher)
    catalogue.refresh()
    live = catalogue.current()["known"]
    assert (live.version, ids(live)) == (first, ["a"])
    assert live.state(sqlite_publisher.clock.now()) is ListState.UNREADABLE
    assert live.problem is not None
    assert first in live.problem
    assert second in live.problem


def test_a_version_that_could_not_be_read_is_tried_again_after_a_while(
    sqlite_publisher: Publisher, clock: ManualClock
) -> None:
    sqlite_publisher.publish(A)
    damage(sqlite_publisher)
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    damage(sqlite_publisher)  # the same byte turned over again: it is whole once more
    catalogue.refresh()
    assert catalogue.current()["known"].problem is not None
    clock.advance(timedelta(seconds=RETRY_S))
    catalogue.refresh()
    assert ids(catalogue.current()["known"]) == ["a"]


def test_subscribers_see_each_version_before_it_is_in_force(sqlite_publisher: Publisher) -> None:
    catalogue = catalogue_of(sqlite_publisher)
    seen: list[tuple[str, list[str]]] = []

    def prepare(live: LiveList) -> None:
        seen.append((live.version, [in_force.version for in_force in catalogue.current().values()]))

    catalogue.refresh()
    catalogue.subscribe(prepare)
    first = sqlite_publisher.publish(A).version
    catalogue.refresh()
    catalogue.refresh()
    second = sqlite_publisher.publish(B).version
    catalogue.refresh()
    assert seen == [(first, []), (second, [first])]


def test_a_late_subscriber_sees_what_is_in_force(sqlite_publisher: Publisher) -> None:
    version = sqlite_publisher.publish(A).version
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    seen: list[str] = []
    catalogue.subscribe(lambda live: seen.append(live.version))
    assert seen == [version]


def test_a_version_that_cannot_be_prepared_counts_as_unreadable(sqlite_publisher: Publisher) -> None:
    catalogue = catalogue_of(sqlite_publisher)

    def fail(live: LiveList) -> None:
        raise MemoryError("no room for the index")

    catalogue.subscribe(fail)
    sqlite_publisher.publish(A)
    catalogue.refresh()
    live = catalogue.current()["known"]
    assert live.snapshot is None
    assert live.problem == "MemoryError: no room for the index"


def test_while_the_database_is_away_everything_stays(
    sqlite_publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_publisher.publish(A)
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()

    def away(_: object) -> None:
        raise DatabaseUnavailable("the database did not do it: gone")

    with monkeypatch.context() as patched:
        patched.setattr(sqlite_publisher.database, "read", away)
        catalogue.refresh()
        assert ids(catalogue.current()["known"]) == ["a"]
        assert catalogue.warnings() == ("the lists are not kept current: the database did not do it: gone",)
        fresh = catalogue_of(sqlite_publisher)
        with pytest.raises(DatabaseUnavailable):
            fresh.refresh()
        with pytest.raises(CatalogueNotLoaded):
            fresh.current()
    catalogue.refresh()
    assert catalogue.warnings() == ()


def test_a_row_that_cannot_be_understood_is_warned_of_and_everything_stays(
    sqlite_publisher: Publisher,
) -> None:
    sqlite_publisher.publish(A)
    catalogue = catalogue_of(sqlite_publisher)
    catalogue.refresh()
    sqlite_publisher.database.write(
        lambda connection: connection.execute(update(list_versions).values(details={}))
    )
    with pytest.raises(DetailsError):
        catalogue.refresh()
    assert ids(catalogue.current()["known"]) == ["a"]
    assert catalogue.warnings()[0].startswith("the lists are not kept current: the particulars")


def test_readers_are_never_without_a_list_while_versions_are_published(publisher: Publisher) -> None:
    versions = [publisher.publish(A).version]
    catalogue = catalogue_of(publisher)
    catalogue.refresh()
    stop, faults, seen = threading.Event(), list[object](), list[int]()

    def read() -> None:
        while not stop.is_set():
            live = catalogue.current().get("known")
            if live is None or live.problem or "a" not in ids(live):
                faults.append(live)
                return
            sequence = int(live.version.split("-")[0])
            if not seen or seen[-1] != sequence:
                seen.append(sequence)

    def poll() -> None:
        while not stop.is_set():
            catalogue.refresh()

    threads = [threading.Thread(target=work) for work in (read, poll, poll)]
    for thread in threads:
        thread.start()
    for number in range(10):
        versions.append(publisher.publish(A, entry("x", number), keep_versions=1).version)
    stop.set()
    for thread in threads:
        thread.join()
    catalogue.refresh()
    assert faults == []
    assert seen == sorted(set(seen))
    assert catalogue.current()["known"].version == versions[-1]


def test_it_polls_until_it_is_told_to_stop(sqlite_publisher: Publisher) -> None:
    catalogue, seen = catalogue_of(sqlite_publisher), threading.Event()
    catalogue.subscribe(lambda live: seen.set())

    async def scenario() -> None:
        stop = asyncio.Event()
        polling = asyncio.create_task(catalogue.run(stop))
        await asyncio.to_thread(sqlite_publisher.publish, A)
        assert await asyncio.to_thread(seen.wait, 20)
        stop.set()
        await polling

    asyncio.run(asyncio.wait_for(scenario(), 30))
    assert set(catalogue.current()) == {"known"}


def test_warnings_are_logged_once_and_failures_do_not_end_the_polling(
    sqlite_publisher: Publisher, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_publisher.publish(A, expires_at=clock.now() + timedelta(days=2))
    catalogue = catalogue_of(sqlite_publisher)
    refresh, calls = catalogue.refresh, list[int]()

    async def scenario() -> None:
        stop = asyncio.Event()

        def flaky() -> None:
            calls.append(len(calls))
            if len(calls) == 2:
                raise RuntimeError("a fault of ours")
            refresh()
            if len(calls) == 4:
                stop.set()

        monkeypatch.setattr(catalogue, "refresh", flaky)
        await catalogue.run(stop)

    with capture_logs() as logs:
        asyncio.run(asyncio.wait_for(scenario(), 30))
    assert [log["log_level"] for log in logs] == ["warning", "error"]
    assert "expires in 2 days" in logs[0]["event"]
