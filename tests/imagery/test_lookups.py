"""Uploads that come while a look-up runs are looked up together, and none suffers from another."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from doorward.findings import Method, Variant
from doorward.imagery.decoding.answers import Rendering
from doorward.imagery.digests import digest_bytes
from doorward.imagery.matching import lookups
from doorward.imagery.matching.exhaustive import ExhaustivePdq, exhaustive_matchers
from doorward.imagery.matching.lookups import LookUps, LookUpStats
from doorward.imagery.matching.protocols import Matchers, Near
from doorward.imagery.matching.ranking import Ranked
from doorward.imagery.matching.search import Searchable, Sight
from doorward.lists import Entry
from support.hash_lists import details, live_list

POISON = b"\xff" * 32


class Gated:
    """A matcher whose first call waits until it is let through; it breaks over one query."""

    def __init__(self, hashes: NDArray[np.uint8]) -> None:
        self._plain = ExhaustivePdq(hashes)
        self.open, self.begun = threading.Event(), threading.Event()
        self.asked: list[int] = []

    def within_each(self, queries: NDArray[np.uint8], radius_bits: int) -> Near:
        self.asked.append(len(queries))
        self.begun.set()
        assert self.open.wait(10)
        if POISON in [query.tobytes() for query in queries]:
            raise IndexError("poisoned")
        return self._plain.within_each(queries, radius_bits)


@pytest.fixture
def gated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Searchable, Gated]:
    """A list in which number i has the hash of 32 times i; whatever is looked up goes to a thread."""
    monkeypatch.setattr(lookups, "_COMPARED_AT_ONCE", 0)
    entries = [Entry(f"e{number}", pdq=bytes([number]) * 32, pdq_quality=100) for number in range(64)]
    live = live_list(tmp_path, details("demo", radius_bits=0), entries)
    assert live.snapshot is not None
    plain = exhaustive_matchers(live.snapshot)
    matcher = Gated(live.snapshot.hashes[Method.PDQ].hashes)
    return Searchable(live.details, live.version, live.snapshot, Matchers(matcher, plain.digests)), matcher


def sight(pdq: bytes) -> Sight:
    return Sight(digest_bytes(b"unlisted"), (Rendering(Variant.PLAIN, pdq, 100),))


def names(ranked: Ranked) -> list[str]:
    return [searched.table.entry_id(match.entry) for searched, match in ranked.named]


async def crowd(
    look_ups: LookUps, searched: Searchable, matcher: Gated, pdqs: Sequence[bytes]
) -> list[Ranked | BaseException]:
    """The first is being looked up when the others come."""
    first = asyncio.create_task(look_ups.find([searched], sight(pdqs[0])))
    assert await asyncio.to_thread(matcher.begun.wait, 10)
    others = [asyncio.create_task(look_ups.find([searched], sight(pdq))) for pdq in pdqs[1:]]
    await asyncio.sleep(0)
    matcher.open.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


def test_those_that_come_meanwhile_are_looked_up_together(gated: tuple[Searchable, Gated]) -> None:
    searched, matcher = gated
    look_ups = LookUps()
    answers = asyncio.run(crowd(look_ups, searched, matcher, [bytes([i]) * 32 for i in range(20)]))
    assert [names(each) for each in answers if isinstance(each, Ranked)] == [[f"e{i}"] for i in range(20)]
    assert matcher.asked == [1, 19]
    assert look_ups.stats() == LookUpStats(look_ups=20, batches=2)


def test_one_that_cannot_be_looked_up_does_not_harm_the_others(gated: tuple[Searchable, Gated]) -> None:
    searched, matcher = gated
    answers = asyncio.run(
        crowd(LookUps(), searched, matcher, [bytes(32), bytes([1]) * 32, POISON, bytes(32)])
    )
    assert isinstance(answers[2], IndexError)
    assert [names(each) for each in answers if isinstance(each, Ranked)] == [["e0"], ["e1"], ["e0"]]


def test_who_gives_up_is_not_waited_for_and_keeps_nobody_waiting(gated: tuple[Searchable, Gated]) -> None:
    searched, matcher = gated
    look_ups = LookUps()

    async def story() -> list[str]:
        impatient = asyncio.create_task(look_ups.find([searched], sight(bytes(32))))
        assert await asyncio.to_thread(matcher.begun.wait, 10)
        waiting = asyncio.create_task(look_ups.find([searched], sight(bytes([2]) * 32)))
        also = asyncio.create_task(look_ups.find([searched], sight(bytes([3]) * 32)))
        await asyncio.sleep(0)
        impatient.cancel()
        also.cancel()
        matcher.open.set()
        return names(await waiting)

    assert asyncio.run(story()) == ["e2"]
    assert matcher.asked == [1, 1]


def test_every_upload_is_searched_in_its_own_lists(gated: tuple[Searchable, Gated], tmp_path: Path) -> None:
    searched, _ = gated
    (tmp_path / "later").mkdir()
    later = live_list(tmp_path / "later", details("demo"), [Entry("new", pdq=bytes(32), pdq_quality=100)])
    assert later.snapshot is not None
    newer = Searchable(later.details, later.version, later.snapshot, exhaustive_matchers(later.snapshot))
    older = Searchable(searched.details, "1", searched.table, exhaustive_matchers(searched.table))
    asked = [([older], sight(bytes(32))), ([newer], sight(bytes(32))), ([older, newer], sight(bytes(32)))]
    found = [sorted(names(each)) for each in lookups.find_each(asked)]
    assert found == [["e0"], ["new"], ["e0", "new"]]


def test_after_a_rest_it_goes_on(gated: tuple[Searchable, Gated]) -> None:
    searched, matcher = gated
    matcher.open.set()
    look_ups = LookUps()
    for number in (4, 5):  # each on an event loop of its own
        assert names(asyncio.run(look_ups.find([searched], sight(bytes([number]) * 32)))) == [f"e{number}"]
    assert look_ups.stats() == LookUpStats(look_ups=2, batches=2)
