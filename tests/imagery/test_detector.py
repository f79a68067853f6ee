"""The detector: lists in every state, uploads of every kind, and no silence that could pass for a pass."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from doorward.bodies import MemoryBody
from doorward.clock import ManualClock
from doorward.detectors import Deadline
from doorward.findings import Assessment, Cause, Code, Method, Variant
from doorward.imagery import canary
from doorward.imagery.decoding.answers import Decoded
from doorward.imagery.decoding.pool import PoolStats
from doorward.imagery.detector import ImageryDetector
from doorward.imagery.digests import digest_bytes
from doorward.imagery.fingerprint import fingerprint
from doorward.imagery.matching.index_files import PdqIndexFile
from doorward.imagery.matching.indexed import IndexedMatchers
from doorward.lists import CatalogueNotLoaded, Entry, LiveList
from doorward.subjects import Body, Search, SubjectKind, Upload
from support.decoders import RunningPool
from support.hash_lists import FixedLists, details, live_list
from support.pictures import photograph, sample, saved

COFFEE, CAT = sample("coffee.png"), sample("chelsea.png")


class InProcess:
    """Decodes without worker processes; as dead as it is told to be."""

    def __init__(self, living: int = 1) -> None:
        self._living = living

    async def decode(self, body: Body, deadline: Deadline, *, exact: bool = False) -> Decoded:
        return fingerprint(bytes(body.view())).decoded

    def stats(self) -> PoolStats:
        return PoolStats(1, self._living, 0, 0, 0, 0, 0, 0, 0, 1)


class NotLoaded(FixedLists):
    """A catalogue before its first refresh."""

    def current(self) -> dict[str, LiveList]:
        raise CatalogueNotLoaded("the lists have not been loaded yet. Wait for the first refresh.")


def assess(lists: FixedLists, clock: ManualClock, data: bytes) -> Assessment:
    """What the detector says of an upload."""
    detector = ImageryDetector(lists, InProcess(), clock)
    with MemoryBody.of(data) as body:
        return asyncio.run(detector.assess(Upload(body), Deadline.after(2, clock)))


def coffee_list(directory: Path, name: str = "demo", days: int = 90) -> LiveList:
    """A list with the coffee cup on it, by its looks and by its bytes."""
    looked = fingerprint(COFFEE)
    entry = Entry(
        "cup", sha256=looked.digests.sha256, pdq=looked.renderings[0].pdq, pdq_quality=100, label="a cup"
    )
    return live_list(directory, details(name, days=days), [entry])


def causes(assessment: Assessment) -> list[Cause]:
    return [item.cause for item in assessment.not_assessed]


def test_a_listed_file_is_found_by_its_digest(tmp_path: Path, clock: ManualClock) -> None:
    live = coffee_list(tmp_path)
    assessment = assess(FixedLists(live), clock, COFFEE)
    (found,) = assessment.findings
    assert (found.method, found.entry, found.label) == (Method.SHA256, "cup", "a cup")
    assert assessment.not_assessed == ()
    assert assessment.lists == {"canary": "builtin-1", "demo": live.version}


def test_a_resized_copy_is_found_by_its_looks(tmp_path: Path, clock: ManualClock) -> None:
    copy = saved(photograph("coffee.png", (300, 200)), "JPEG", quality=60)
    (found,) = assess(FixedLists(coffee_list(tmp_path)), clock, copy).findings
    assert (found.method, found.variant) == (Method.PDQ, Variant.PLAIN)
    assert found.distance_bits is not None
    assert 0 < found.distance_bits <= 31


def test_an_unlisted_picture_is_not_found(tmp_path: Path, clock: ManualClock) -> None:
    assessment = assess(FixedLists(coffee_list(tmp_path)), clock, CAT)
    assert (assessment.findings, assessment.not_assessed) == ((), ())


def test_the_canary_is_found_without_any_list(clock: ManualClock) -> None:
    (found,) = assess(FixedLists(), clock, saved(Image.fromarray(canary.draw()), "JPEG", quality=40)).findings
    assert (found.code, found.list_name, found.list_version) == (Code.CANARY, "canary", "builtin-1")


def test_an_assessment_tells_what_it_saw(tmp_path: Path, clock: ManualClock) -> None:
    assessment = assess(FixedLists(coffee_list(tmp_path)), clock, COFFEE)
    looked = fingerprint(COFFEE)
    assert assessment.facts == {
        "sniffed": "image/png",
        "md5": looked.digests.md5.hex(),
        "sha1": looked.digests.sha1.hex(),
        "sha256": looked.digests.sha256.hex(),
        "width": "600",
        "height": "400",
        "pdq": looked.pdq,
        "pdq_quality": "100",
    }
    assert {"digest", "decode", "hash", "match"} <= set(assessment.timings_ms)


def test_a_listed_file_that_is_no_picture_is_found_and_still_not_assessed(
    tmp_path: Path, clock: ManualClock
) -> None:
    archive = b"PK\x03\x04 whatever"
    entry = Entry("zip", md5=digest_bytes(archive).md5)
    assessment = assess(FixedLists(live_list(tmp_path, details("demo"), [entry])), clock, archive)
    assert [found.entry for found in assessment.findings] == ["zip"]
    assert causes(assessment) == [Cause.UNSUPPORTED]


def test_a_torn_picture_is_compared_as_far_as_it_goes_and_flagged(tmp_path: Path, clock: ManualClock) -> None:
    torn = COFFEE[: len(COFFEE) * 99 // 100]
    assessment = assess(FixedLists(coffee_list(tmp_path)), clock, torn)
    assert [found.entry for found in assessment.findings] == ["cup"]
    assert causes(assessment) == [Cause.TRUNCATED]


def test_an_empty_upload_is_not_assessed(clock: ManualClock) -> None:
    assert causes(assess(FixedLists(), clock, b"")) == [Cause.EMPTY]


@pytest.mark.parametrize("data", [COFFEE, CAT, b"text"])
def test_an_expired_list_clears_nothing(tmp_path: Path, clock: ManualClock, data: bytes) -> None:
    clock.advance(timedelta(days=100))
    assessment = assess(FixedLists(coffee_list(tmp_path)), clock, data)
    (expired,) = [item for item in assessment.not_assessed if item.cause is Cause.LIST_EXPIRED]
    assert expired.list_name == "demo"
    assert "expired" in expired.reason


def test_an_expiring_list_is_still_relied_upon(tmp_path: Path, clock: ManualClock) -> None:
    assessment = assess(FixedLists(coffee_list(tmp_path, days=20)), clock, CAT)
    assert assessment.not_assessed == ()


def test_a_list_that_cannot_be_read_clears_nothing(tmp_path: Path, clock: ManualClock) -> None:
    broken = replace(coffee_list(tmp_path), snapshot=None, problem="the file is damaged")
    assessment = assess(FixedLists(broken), clock, CAT)
    assert causes(assessment) == [Cause.LIST_UNREADABLE]
    assert assessment.not_assessed[0].list_name == "demo"
    assert "the file is damaged" in assessment.not_assessed[0].reason
    assert "demo" not in assessment.lists


def test_a_former_version_that_stays_open_finds_but_does_not_clear(
    tmp_path: Path, clock: ManualClock
) -> None:
    lists = FixedLists(coffee_list(tmp_path).failing("version 2 cannot be used"))
    found, unfound = assess(lists, clock, COFFEE), assess(lists, clock, CAT)
    assert [each.entry for each in found.findings] == ["cup"]
    assert causes(found) == causes(unfound) == [Cause.LIST_UNREADABLE]


def test_before_the_lists_are_loaded_nothing_is_cleared(clock: ManualClock) -> None:
    assessment = assess(NotLoaded(), clock, CAT)
    assert causes(assessment) == [Cause.LIST_UNREADABLE]
    assert assessment.facts["sniffed"] == "image/png"


def test_one_bad_list_does_not_spoil_the_others(tmp_path: Path, clock: ManualClock) -> None:
    broken = replace(coffee_list(tmp_path, "broken"), snapshot=None, problem="gone")
    assessment = assess(FixedLists(broken, coffee_list(tmp_path, "good")), clock, COFFEE)
    assert [found.list_name for found in assessment.findings] == ["good"]
    assert causes(assessment) == [Cause.LIST_UNREADABLE]


def test_a_list_replaced_while_uploads_come_is_searched_in_its_new_version(
    tmp_path: Path, clock: ManualClock
) -> None:
    lists = FixedLists(coffee_list(tmp_path, "one"))
    detector = ImageryDetector(lists, InProcess(), clock)

    def found(data: bytes) -> list[str | None]:
        with MemoryBody.of(data) as body:
            assessment = asyncio.run(detector.assess(Upload(body), Deadline.after(2, clock)))
        return [each.list_name for each in assessment.findings]

    assert found(COFFEE) == ["one"]
    lists.replace(coffee_list(tmp_path, "two"))
    assert found(COFFEE) == ["two"]


def test_more_matches_than_anyone_reads_are_counted(tmp_path: Path, clock: ManualClock) -> None:
    pdq = fingerprint(COFFEE).renderings[0].pdq
    entries = [Entry(f"cup-{number}", pdq=pdq, pdq_quality=100) for number in range(80)]
    assessment = assess(FixedLists(live_list(tmp_path, details("demo"), entries)), clock, COFFEE)
    assert len(assessment.findings) == 50
    assert assessment.facts["matches_not_named"] == "30"


def test_a_large_list_is_searched_in_a_thread_with_the_same_findings(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = FixedLists(coffee_list(tmp_path))
    inline = assess(lists, clock, COFFEE)
    monkeypatch.setattr("doorward.imagery.matching.lookups._COMPARED_AT_ONCE", 0)
    assert assess(lists, clock, COFFEE).findings == inline.findings != ()


def test_it_names_what_can_be_found(tmp_path: Path, clock: ManualClock) -> None:
    ncii = live_list(tmp_path, details("ncii", code=Code.NCII, days=1), [])
    lists = FixedLists()
    detector = ImageryDetector(lists, InProcess(), clock)
    assert detector.configured() == {"imagery:canary"}
    lists.replace(coffee_list(tmp_path), ncii)
    assert detector.configured() == {"imagery", "imagery:canary", "imagery:csam_known"}


def test_an_expired_list_still_counts_as_configured(tmp_path: Path, clock: ManualClock) -> None:
    """Otherwise its uploads would pass as "not configured" instead of being held."""
    clock.advance(timedelta(days=365))
    detector = ImageryDetector(FixedLists(coffee_list(tmp_path)), InProcess(), clock)
    assert detector.configured() == {"imagery", "imagery:canary"}


def test_without_a_living_worker_or_without_lists_the_detector_is_not_ready(clock: ManualClock) -> None:
    assert ImageryDetector(FixedLists(), InProcess(living=0), clock).readiness().failures == (
        "no decoder process is alive",
    )
    assert "not been loaded" in ImageryDetector(NotLoaded(), InProcess(), clock).readiness().failures[0]


def test_what_is_amiss_with_an_index_is_among_its_warnings(tmp_path: Path, clock: ManualClock) -> None:
    build = IndexedMatchers(PdqIndexFile(indexed_from=1))
    detector = ImageryDetector(FixedLists(coffee_list(tmp_path)), InProcess(), clock, build)
    (warning,) = detector.readiness().warnings
    assert "doorward lists verify --repair" in warning
    assert detector.readiness().failures == ()


def test_it_looks_at_uploads_and_refuses_anything_else(clock: ManualClock) -> None:
    detector = ImageryDetector(FixedLists(), InProcess(), clock)
    assert detector.kinds == {SubjectKind.UPLOAD}
    with pytest.raises(TypeError, match="uploads only"):
        asyncio.run(detector.assess(Search("coffee"), Deadline.after(2, clock)))


def test_with_real_workers_digests_are_told_though_decoding_runs_out_of_time(
    pool: RunningPool, tmp_path: Path, clock: ManualClock
) -> None:
    detector = ImageryDetector(FixedLists(coffee_list(tmp_path)), pool.pool, clock)

    async def story() -> Assessment:
        with MemoryBody.of(COFFEE) as body:
            return await detector.assess(Upload(body), Deadline.after(0.0, pool.clock))

    assessment = pool.run(story())
    assert [found.method for found in assessment.findings] == [Method.SHA256]
    assert set(causes(assessment)) <= {Cause.OVERLOADED, Cause.TIMEOUT}
    assert causes(assessment)
