"""The native planner: which way it takes at which prices, and that no search costs more than 1.3 scans."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward import _native
from imagery.matcher.segments import (
    Hashes,
    Prices,
    as_pairs,
    brute_force,
    clustered,
    half_constant,
    random_hashes,
    segment_of,
    turned,
)

MOST_WORK_IN_SCANS = 1.3
DECISIONS = ("indexed", "replanned", "scanned", "abandoned")


def decisions(tables: _native.HammingTables) -> dict[str, int]:
    stats = tables.stats()
    return {name: int(stats[name]) for name in DECISIONS if stats[name]}


def tight_ball(count: int, random: np.random.Generator) -> Hashes:
    """A tenth of all hashes within a few bits of one."""
    hashes = random_hashes(count, random)
    hashes[: count // 10] = [turned(hashes[0], i % 9, random) for i in range(count // 10)]
    return hashes


RANDOM = np.random.default_rng(21)
BALL = tight_ball(20_000, RANDOM)
CENTRE = BALL[0].copy()
BALL_SEGMENT = segment_of(BALL)
IDS = np.arange(len(BALL), dtype=np.uint64)


def test_where_a_scan_is_cheap_it_is_chosen() -> None:
    tables = BALL_SEGMENT.tables(prices=(0.001, 10.0, 10.0, 10.0, 10.0))
    assert as_pairs(tables.search(CENTRE, 31)) == brute_force(BALL, IDS, CENTRE, 31)
    assert decisions(tables) == {"scanned": 1}


def test_where_a_scan_is_dear_the_tables_are_used() -> None:
    tables = BALL_SEGMENT.tables(prices=(1e6, 0.1, 0.1, 0.1, 0.1))
    assert as_pairs(tables.search(CENTRE, 31)) == brute_force(BALL, IDS, CENTRE, 31)
    assert decisions(tables) == {"indexed": 1}


def test_beyond_radius_63_every_hash_is_compared() -> None:
    tables = BALL_SEGMENT.tables(prices=(1e6, 0.1, 0.1, 0.1, 0.1))
    assert as_pairs(tables.search(CENTRE, 64)) == brute_force(BALL, IDS, CENTRE, 64)
    assert decisions(tables) == {"scanned": 1}


def test_more_survivors_than_a_scan_is_worth_make_a_search_give_up_and_scan() -> None:
    too_small_to_plan: Prices = (5.0, 0.001, 0.001, 0.001, 1_000.0)
    tables = BALL_SEGMENT.tables(prices=too_small_to_plan)
    assert as_pairs(tables.search(CENTRE, 31)) == brute_force(BALL, IDS, CENTRE, 31)
    assert decisions(tables) == {"abandoned": 1}


def test_thresholds_are_chosen_that_go_round_a_ball_of_hashes_nearby() -> None:
    """Outside the ball, near enough to meet its buckets. A survivor is so dear that meeting them counts."""
    query = turned(CENTRE, 55, np.random.default_rng(5))
    even = BALL_SEGMENT.tables(prices=(1e5, 0.1, 1.0, 0.1, 1e4))
    assert as_pairs(even.search(query, 31)) == brute_force(BALL, IDS, query, 31)
    assert decisions(even) in ({"replanned": 1}, {"indexed": 1})
    assert float(even.stats()["worst_work_in_scans"]) < 0.2


def prices_of(scan: float, key: float, more: float, candidate: float, verify: float) -> Prices:
    return scan, key, key + more, candidate, verify


price = st.floats(-3.0, 6.0).map(lambda exponent: 10.0**exponent)
SETS_OF_HASHES = {
    "ball": BALL[:6_000],
    "clusters": clustered(6_000, RANDOM),
    "half constant": half_constant(6_000, RANDOM),
}
SEGMENTS = {name: segment_of(hashes) for name, hashes in SETS_OF_HASHES.items()}


@settings(max_examples=120, deadline=None)
@given(
    name=st.sampled_from(sorted(SEGMENTS)),
    prices=st.builds(prices_of, price, price, price, price, price),
    radius=st.integers(0, 63),
    bits=st.integers(0, 70),
    row=st.integers(0, 5_999),
)
def test_at_any_prices_the_counted_work_stays_within_the_budget_and_the_answer_is_right(
    name: str, prices: Prices, radius: int, bits: int, row: int
) -> None:
    hashes = SETS_OF_HASHES[name]
    query = turned(hashes[row], bits, np.random.default_rng(row))
    tables = SEGMENTS[name].tables(prices=prices)
    expected = brute_force(hashes, np.arange(6_000, dtype=np.uint64), query, radius)
    assert as_pairs(tables.search(query, radius)) == expected
    offsets, ids, distances = tables.search_batch(np.array([query] * 5), radius)
    assert as_pairs((ids[: offsets[1]], distances[: offsets[1]])) == expected
    assert sum(decisions(tables).values()) == 6
    assert 0.0 < float(tables.stats()["worst_work_in_scans"]) <= MOST_WORK_IN_SCANS + 1e-9


def test_prices_are_measured_when_a_segment_opens() -> None:
    stats = segment_of(random_hashes(30_000, RANDOM)).tables().stats()
    prices = [float(stats[name]) for name in ("scan_ns_per_hash", "key_ns", "probe_ns", "verify_ns")]
    assert all(0.0 < each < 1e6 for each in prices)
    assert float(stats["probe_ns"]) >= float(stats["key_ns"])


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_prices_that_are_none_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="price"):
        BALL_SEGMENT.tables(prices=(1.0, 1.0, wrong, 1.0, 1.0))
