"""When to merge what: levels of segments, each sixteen times as large as the one before.

A log-structured merge tree (O'Neil, Cheng, Gawlick, O'Neil, Acta Informatica 33, 1996): additions
collect in a small array; full arrays are merged into level 1, which is merged into level 2 when it is
full, and so on. So each pair is copied a few times for each level, and a query looks into one segment
a level.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Sized(Protocol):
    """What is known of a segment here."""

    @property
    def pairs(self) -> int:
        """Pairs in it, removed or not."""

    @property
    def live(self) -> int:
        """Pairs that are not removed."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The sizes. The defaults were measured (decision 0013); tests take smaller ones."""

    mutable_rows: int = 4_096
    """So many of the newest pairs are compared one by one: about as long as looking into a segment."""
    growth: int = 16
    waiting: int = 16
    """So many full arrays may wait to be merged; then writers wait, so that queries stay quick."""
    removed_share: float = 0.25
    """A segment is rewritten when more than this part of it was removed."""

    def level_of(self, pairs: int) -> int:
        """The first level, from 1, that has room for so many pairs."""
        level, room = 1, self.mutable_rows * self.growth
        while room < pairs:
            level, room = level + 1, room * self.growth
        return level

    def due(self, segments: Iterable[Sized], waiting_pairs: int) -> int | None:
        """Up to which level everything should be merged now, with all that waits; None for not at all.

        Whatever is in the levels up to there goes into one segment that fits there, so that there is
        never more than one segment in a level.
        """
        levels = [(self.level_of(each.pairs), each) for each in segments]
        targets = [level for level, each in levels if each.live < (1 - self.removed_share) * each.pairs]
        if waiting_pairs:
            targets.append(self.level_of(waiting_pairs))
        if not targets:
            return None
        target = max(targets)
        while (needed := self._needed(levels, target, waiting_pairs)) > target:
            target = needed
        return target

    def _needed(self, levels: list[tuple[int, Sized]], target: int, waiting_pairs: int) -> int:
        """The level for all that is in the levels up to `target`, and all that waits."""
        return self.level_of(waiting_pairs + sum(each.live for level, each in levels if level <= target))
