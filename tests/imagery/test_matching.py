"""Exact search: everything within the radius, nothing beyond it, and the rules of quality."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from doorward.findings import Code, Method, Variant
from doorward.imagery.decoding.answers import Rendering
from doorward.imagery.digests import Digests, digest_bytes
from doorward.imagery.matching.exhaustive import ExhaustivePdq, exhaustive_matchers
from doorward.imagery.matching.explain import finding
from doorward.imagery.matching.ranking import MAX_FINDINGS, rank
from doorward.imagery.matching.search import Match, Matches, Searchable, Sight, search
from doorward.lists import Entry
from support.hash_lists import details, live_list

UNKNOWN = digest_bytes(b"nobody lists this")
QUERY = bytes(range(32))


def at_distance(bits: int, base: bytes = QUERY) -> bytes:
    """A hash that differs from `base` in the given number of bits."""
    return (int.from_bytes(base) ^ ((1 << bits) - 1)).to_bytes(32)


def seen(
    pdq: bytes = QUERY, quality: int = 100, variant: Variant = Variant.PLAIN, frame: int = 0
) -> Rendering:
    return Rendering(variant, pdq, quality, frame)


def searchable(directory: Path, *entries: Entry, name: str = "demo", radius_bits: int = 31) -> Searchable:
    """A list, open and with matchers."""
    live = live_list(directory, details(name, radius_bits=radius_bits), entries)
    assert live.snapshot is not None
    return Searchable(live.details, live.version, live.snapshot, exhaustive_matchers(live.snapshot))


def look_up(searched: Searchable, digests: Digests, renderings: list[Rendering]) -> Matches:
    """What one upload matches."""
    (matches,) = search(searched, [Sight(digests, renderings)])
    return matches


def entries_of(searched: Searchable, matches: Matches) -> list[tuple[str, int | None]]:
    return [(searched.table.entry_id(match.entry), match.distance_bits) for match in matches.best]


@given(
    st.lists(st.tuples(st.integers(0, 255), st.integers(0, 70)), max_size=60),
    st.integers(0, 63),
)
def test_exhaustive_search_finds_all_within_the_radius_and_nothing_else(
    rows: list[tuple[int, int]], radius_bits: int
) -> None:
    hashes = [at_distance(bits, bytes([seed]) * 32) for seed, bits in rows]
    table: NDArray[np.uint8] = np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)
    near = ExhaustivePdq(table).within_each(np.frombuffer(QUERY * 2, np.uint8).reshape(2, 32), radius_bits)
    distances = [(int.from_bytes(each) ^ int.from_bytes(QUERY)).bit_count() for each in hashes]
    expected = {row: bits for row, bits in enumerate(distances) if bits <= radius_bits}
    for rows_near, distances_near in (near.of(0), near.of(1)):
        assert dict(zip(rows_near.tolist(), distances_near.tolist(), strict=True)) == expected


def test_the_radius_is_the_lists_own(tmp_path: Path) -> None:
    entries = [Entry(f"d{bits}", pdq=at_distance(bits), pdq_quality=100) for bits in (0, 10, 11, 31, 32)]
    wide = searchable(tmp_path, *entries, name="wide")
    narrow = searchable(tmp_path, *entries, name="narrow", radius_bits=10)
    assert entries_of(wide, look_up(wide, UNKNOWN, [seen()])) == [
        ("d0", 0),
        ("d10", 10),
        ("d11", 11),
        ("d31", 31),
    ]
    assert entries_of(narrow, look_up(narrow, UNKNOWN, [seen()])) == [("d0", 0), ("d10", 10)]


@pytest.mark.parametrize(
    ("query_quality", "entry_quality", "expected"),
    [
        (50, 50, ["same", "near"]),
        (49, 50, ["same"]),
        (50, 49, ["same"]),
        (0, 0, ["same"]),
        (50, None, ["same", "near"]),
    ],
)
def test_where_quality_is_low_on_either_side_only_equality_counts(
    tmp_path: Path, query_quality: int, entry_quality: int | None, expected: list[str]
) -> None:
    searched = searchable(
        tmp_path,
        Entry("same", pdq=QUERY, pdq_quality=entry_quality),
        Entry("near", pdq=at_distance(1), pdq_quality=entry_quality),
    )
    found = look_up(searched, UNKNOWN, [seen(quality=query_quality)])
    assert [name for name, _ in entries_of(searched, found)] == expected


def test_an_entry_is_named_once_by_its_strongest_digest(tmp_path: Path) -> None:
    data = b"a listed file"
    all_of_it = digest_bytes(data)
    searched = searchable(
        tmp_path,
        Entry("all", all_of_it.md5, all_of_it.sha1, all_of_it.sha256, QUERY, 100),
        Entry("two", md5=all_of_it.md5, sha1=all_of_it.sha1),
        Entry("md5", md5=all_of_it.md5),
    )
    found = look_up(searched, all_of_it, [seen()])
    named = {searched.table.entry_id(match.entry): match.method for match in found.best}
    assert named == {"all": Method.SHA256, "two": Method.SHA1, "md5": Method.MD5}
    assert found.entries == 3


def test_an_entry_is_named_once_in_its_nearest_rendering(tmp_path: Path) -> None:
    searched = searchable(tmp_path, Entry("turned", pdq=QUERY, pdq_quality=100))
    stored, upright = seen(at_distance(20)), seen(at_distance(2), variant=Variant.EXIF_ORIENTED)
    (match,) = look_up(searched, UNKNOWN, [stored, upright]).best
    assert (match.distance_bits, match.rendering) == (2, upright)


def test_a_list_without_any_perceptual_hash_is_searched_by_digest(tmp_path: Path) -> None:
    known = digest_bytes(b"known")
    searched = searchable(tmp_path, Entry("only", sha256=known.sha256))
    assert entries_of(searched, look_up(searched, known, [seen()])) == [("only", None)]
    assert look_up(searched, UNKNOWN, [seen()]).best == ()


def many(directory: Path, name: str, count: int, bits: int) -> tuple[Searchable, Matches]:
    """A list in which `count` entries match, each at the same distance."""
    entries = (Entry(f"{name}-{number}", pdq=at_distance(bits), pdq_quality=100) for number in range(count))
    searched = searchable(directory, *entries, name=name)
    return searched, look_up(searched, UNKNOWN, [seen()])


def test_of_very_many_matches_the_nearest_are_named_and_the_rest_are_counted(tmp_path: Path) -> None:
    ranked = rank([many(tmp_path, "far", 300, 9), many(tmp_path, "close", 20, 3)])
    assert len(ranked.named) == MAX_FINDINGS
    assert [match.distance_bits for _, match in ranked.named] == [3] * 20 + [9] * 30
    assert ranked.unnamed == 270


def test_no_list_is_crowded_out_by_another(tmp_path: Path) -> None:
    ranked = rank([many(tmp_path, "loud", 300, 0), many(tmp_path, "quiet", 1, 31)])
    assert [searched.details.name for searched, _ in ranked.named].count("quiet") == 1


def test_a_finding_by_hash_explains_itself(tmp_path: Path) -> None:
    searched = searchable(tmp_path, Entry("x17", pdq=at_distance(4), pdq_quality=100, label="tea"))
    (match,) = look_up(searched, UNKNOWN, [seen()]).best
    found = finding(searched, match, "imagery", "1")
    assert found.explanation == (
        "The picture's PDQ hash is 4 bits from entry 'x17' of list 'demo' (radius 31), seen in the plain variant."
    )
    assert (found.code, found.entry, found.label) == (Code.CSAM_KNOWN, "x17", "tea")
    assert (found.distance_bits, found.radius_bits, found.strength) == (4, 31, 1 - 4 / 128)
    assert found.list_version == searched.version


@pytest.mark.parametrize(
    ("rendering", "said"),
    [
        (seen(variant=Variant.EXIF_ORIENTED), "seen turned as its EXIF orientation says."),
        (seen(variant=Variant.ALPHA_ON_WHITE), "seen with its transparent parts on white."),
        (seen(variant=Variant.FRAME, frame=6), "seen in frame 7."),
    ],
)
def test_a_finding_says_how_the_picture_was_seen(tmp_path: Path, rendering: Rendering, said: str) -> None:
    searched = searchable(tmp_path, Entry("x", pdq=QUERY, pdq_quality=100))
    (match,) = look_up(searched, UNKNOWN, [rendering]).best
    assert finding(searched, match, "imagery", "1").explanation.endswith(said)


def test_a_finding_by_digest_explains_itself(tmp_path: Path) -> None:
    known = digest_bytes(b"known")
    searched = searchable(tmp_path, Entry("x17", md5=known.md5))
    (match,) = look_up(searched, Digests(known.md5, UNKNOWN.sha1, UNKNOWN.sha256), []).best
    found = finding(searched, match, "imagery", "1")
    assert match == Match(0, Method.MD5)
    assert found.explanation == "The file has the same MD5 digest as entry 'x17' of list 'demo'."
    assert (found.strength, found.distance_bits, found.radius_bits, found.variant) == (1.0, None, None, None)
