"""When to merge what: levels of segments, each sixteen times as large as the one before.

A log-structured merge tree (O'Neil, Cheng, Gawlick, O'Neil, Acta Informatica 33, 1996): additions
collect in a small array; full arrays are merged into level 1, which is merged into level 2 when it is
full, and so on. So each pair is copied a few times for each level, and a query looks into one segment
a level.
"""

from collections.abc import Iterable
from typing import Final, Protocol

MUTABLE_ROWS: Final = 4_096
GROWTH: Final = 16
_REMOVED_SHARE: Final = 4  # a segment is rewritten when a quarter of it was removed


class Sized(Protocol):
    """What is known of a segment here."""

    @property
    def pairs(self) -> int:
        """Pairs in it, removed or not."""

    @property
    def live(self) -> int:
        """Pairs that are not removed."""

    @property
    def level(self) -> int:
        """The level it is in."""


def level_of(pairs: int) -> int:
    """The first level, from 1, that has room for so many pairs."""
    level, room = 1, MUTABLE_ROWS * GROWTH
    while room < pairs:
        level, room = level + 1, room * GROWTH
    return level


def due(segments: Iterable[Sized], waiting_pairs: int) -> int | None:
    """Up to which level everything should be merged now, with all that waits; None for not at all.

    Whatever is in the levels up to there goes into one segment that fits there, so that there is never
    more than one segment in a level.
    """
    segments = list(segments)
    wasteful = [s.level for s in segments if _REMOVED_SHARE * (s.pairs - s.live) > s.pairs]
    if not waiting_pairs and not wasteful:
        return None
    target = max([level_of(waiting_pairs), *wasteful] if waiting_pairs else wasteful)
    while True:
        total = waiting_pairs + sum(s.live for s in segments if s.level <= target)
        if level_of(total) <= target:
            return target
        target = level_of(total)
