"""Decoding without colours at first saves time and decides nothing: whatever lies near is decoded exactly."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from doorward.bodies import MemoryBody
from doorward.clock import ManualClock
from doorward.detectors import Deadline
from doorward.findings import Assessment, Cause, Variant
from doorward.imagery.decoding.answers import Decoded, Problem, Rendering
from doorward.imagery.decoding.pool import PoolStats
from doorward.imagery.detector import ImageryDetector
from doorward.imagery.fingerprint import fingerprint
from doorward.lists import Entry
from doorward.subjects import Body, Upload
from support.decoders import RunningPool
from support.hash_lists import FixedLists, details, live_list
from support.pictures import photograph, sample, saved

LISTED = bytes(range(32))
PICTURE = sample("coffee.png")  # what is in it does not matter here


def at_distance(bits: int) -> bytes:
    """A hash that differs from the listed one in the given number of bits."""
    return (int.from_bytes(LISTED) ^ ((1 << bits) - 1)).to_bytes(32)


def decoded(bits: int, *, exact: bool, quality: int = 100) -> Decoded:
    rendering = Rendering(Variant.PLAIN, at_distance(bits), quality, exact=exact)
    return Decoded(9, 9, 1, (rendering,), timings_ms={"decode": 2.0, "hash": 1.0})


@dataclass(slots=True)
class Scripted:
    """Decodes to what it is told to, and remembers what it was asked."""

    luma: Decoded
    colours: Decoded
    asked: list[bool] = field(default_factory=list)

    async def decode(self, body: Body, deadline: Deadline, *, exact: bool = False) -> Decoded:
        self.asked.append(exact)
        return self.colours if exact else self.luma

    def stats(self) -> PoolStats:
        return PoolStats(1, 1, 0, 0, 0, 0, 0, 0, 0, 1)


@pytest.fixture
def lists(tmp_path: Path) -> FixedLists:
    """One list with one hash, radius 31."""
    return FixedLists(live_list(tmp_path, details("demo"), [Entry("x", pdq=LISTED, pdq_quality=100)]))


def assess(lists: FixedLists, decoder: Scripted, clock: ManualClock) -> Assessment:
    detector = ImageryDetector(lists, decoder, clock)
    with MemoryBody.of(PICTURE) as body:
        return asyncio.run(detector.assess(Upload(body), Deadline.after(2, clock)))


def distances(assessment: Assessment) -> Sequence[int | None]:
    return [found.distance_bits for found in assessment.findings]


def test_what_is_far_from_every_list_is_decoded_once(lists: FixedLists, clock: ManualClock) -> None:
    decoder = Scripted(decoded(52, exact=False), decoded(0, exact=True))
    assessment = assess(lists, decoder, clock)
    assert decoder.asked == [False]
    assert (assessment.findings, assessment.not_assessed) == ((), ())
    assert assessment.facts["pdq_luma"] == at_distance(52).hex()
    assert assessment.facts["pdq_quality"] == "100"
    assert "pdq" not in assessment.facts


@pytest.mark.parametrize("bits_in_luma", [0, 31, 32, 51])
@pytest.mark.parametrize(("bits", "found"), [(0, [0]), (31, [31]), (32, [])])
def test_what_lies_near_is_decoded_again_and_the_exact_hash_alone_decides(
    lists: FixedLists, clock: ManualClock, bits_in_luma: int, bits: int, found: list[int]
) -> None:
    decoder = Scripted(decoded(bits_in_luma, exact=False), decoded(bits, exact=True))
    assessment = assess(lists, decoder, clock)
    assert decoder.asked == [False, True]
    assert distances(assessment) == found
    assert assessment.not_assessed == ()
    assert assessment.facts["pdq"] == at_distance(bits).hex()
    assert "pdq_luma" not in assessment.facts
    assert (assessment.timings_ms["decode"], assessment.timings_ms["hash"]) == (4.0, 2.0)


def test_a_low_quality_in_luma_is_no_reason_to_look_less_far(lists: FixedLists, clock: ManualClock) -> None:
    decoder = Scripted(decoded(40, exact=False, quality=0), decoded(30, exact=True))
    assert distances(assess(lists, decoder, clock)) == [30]


def test_a_picture_whose_colours_cannot_be_decoded_is_not_cleared(
    lists: FixedLists, clock: ManualClock
) -> None:
    slow = Decoded(problems=(Problem(Cause.TIMEOUT, "It took too long.", retry=True),))
    assessment = assess(lists, Scripted(decoded(5, exact=False), slow), clock)
    assert [item.cause for item in assessment.not_assessed] == [Cause.TIMEOUT]


@pytest.mark.parametrize("again", [decoded(5, exact=False), Decoded()], ids=["inexact again", "nothing"])
def test_a_worker_that_does_not_decode_exactly_clears_nothing(
    lists: FixedLists, clock: ManualClock, again: Decoded
) -> None:
    assessment = assess(lists, Scripted(decoded(5, exact=False), again), clock)
    assert assessment.findings == ()
    assert [item.cause for item in assessment.not_assessed] == [Cause.FAILED]


@pytest.mark.parametrize("pool", [{"luma_from_megapixels": 0.1}], indirect=True)
@pytest.mark.parametrize("listed", [True, False])
def test_with_real_workers_a_listed_jpeg_is_found_by_its_colours_and_another_by_its_luma_cleared(
    pool: RunningPool, tmp_path: Path, clock: ManualClock, listed: bool
) -> None:
    jpeg = saved(photograph("coffee.png"), "JPEG", quality=90)
    exact = fingerprint(jpeg).renderings[0]
    entry = Entry("cup", pdq=exact.pdq if listed else LISTED, pdq_quality=100)
    lists = FixedLists(live_list(tmp_path, details("demo"), [entry]))
    detector = ImageryDetector(lists, pool.pool, clock)

    async def story() -> Assessment:
        with MemoryBody.of(jpeg) as body:
            return await detector.assess(Upload(body), Deadline.after(60, pool.clock))

    assessment = pool.run(story())
    assert distances(assessment) == ([0] if listed else [])
    assert assessment.not_assessed == ()
    assert ("pdq" in assessment.facts, "pdq_luma" in assessment.facts) == (listed, not listed)


def test_exact_renderings_are_not_decoded_again(lists: FixedLists, clock: ManualClock) -> None:
    decoder = Scripted(decoded(5, exact=True), Decoded())
    assert distances(assess(lists, decoder, clock)) == [5]
    assert decoder.asked == [False]
