"""The levels of segments: when to merge what."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.imagery.matcher.levels import Levels

LEVELS = Levels(mutable_rows=10, growth=4)


@dataclass(frozen=True)
class Sizes:
    """A segment, as the levels see it."""

    pairs: int
    live: int


def after(segments: list[Sizes], waiting: int) -> list[Sizes]:
    """What is there when everything that is due has been merged."""
    while (target := LEVELS.due(segments, waiting)) is not None:
        inside = [each for each in segments if LEVELS.level_of(each.pairs) <= target]
        total = waiting + sum(each.live for each in inside)
        segments = [each for each in segments if each not in inside] + [Sizes(total, total)] * (total > 0)
        waiting = 0
    return segments


@pytest.mark.parametrize(
    ("pairs", "level"), [(0, 1), (1, 1), (40, 1), (41, 2), (160, 2), (161, 3), (10**9, 14)]
)
def test_a_level_has_room_for_four_times_the_one_before(pairs: int, level: int) -> None:
    assert LEVELS.level_of(pairs) == level


def test_nothing_is_due_where_nothing_waits_and_little_is_removed() -> None:
    assert LEVELS.due([], 0) is None
    assert LEVELS.due([Sizes(100, 75)], 0) is None


def test_a_segment_of_which_more_than_a_quarter_is_removed_is_due() -> None:
    assert LEVELS.due([Sizes(30, 30), Sizes(100, 74)], 0) == 2


def test_a_full_level_goes_into_the_next() -> None:
    assert LEVELS.due([Sizes(30, 30)], 10) == 1
    assert LEVELS.due([Sizes(40, 40)], 10) == 2
    assert LEVELS.due([Sizes(40, 40), Sizes(155, 155)], 10) == 3


@given(st.lists(st.integers(1, 60), max_size=60), st.lists(st.floats(0, 1), min_size=60, max_size=60))
def test_there_is_never_more_than_one_segment_in_a_level(waiting: list[int], left: list[float]) -> None:
    segments: list[Sizes] = []
    for added, share in zip(waiting, left, strict=False):
        segments = [Sizes(each.pairs, int(each.live * share)) for each in segments]
        segments = after(segments, added)
        levels = [LEVELS.level_of(each.pairs) for each in segments]
        assert len(set(levels)) == len(levels)


def test_a_pair_is_copied_a_few_times_for_each_level() -> None:
    levels, segments, copied = Levels(), list[Sizes](), 0
    total = 4_000_000 // levels.mutable_rows * levels.mutable_rows
    for _ in range(total // levels.mutable_rows):
        target = levels.due(segments, levels.mutable_rows)
        inside = [each for each in segments if levels.level_of(each.pairs) <= (target or 0)]
        size = levels.mutable_rows + sum(each.live for each in inside)
        segments = [each for each in segments if each not in inside] + [Sizes(size, size)]
        copied += size
    assert copied < 25 * total  # at most half of `growth` for each of three levels
    assert len(segments) <= 3
