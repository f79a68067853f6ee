"""One merge: several parts of an index become one segment, while everything goes on."""

from dataclasses import dataclass, field

import numpy as np

from doorward.imagery.matcher.layout import PERMUTATION
from doorward.imagery.matcher.mutable import Mutable
from doorward.imagery.matcher.segment import Segment, make_segment
from doorward.imagery.matcher.sources import StoredPairs
from doorward.imagery.matcher.state import State
from doorward.imagery.matcher.tables import Ids, Kernels


@dataclass(frozen=True, slots=True)
class Merge:
    """The parts that are merged, and what was removed since it began.

    It begins and ends under the writers' lock and runs outside it. The parts keep answering, and keep
    being marked, until the segment takes their place; what was removed meanwhile may be in the segment
    or not, and is removed from it again before that.
    """

    waiting: tuple[Mutable, ...]
    segments: tuple[Segment, ...]
    removed: list[Ids] = field(default_factory=list)

    def run(self, kernels: Kernels) -> Segment:
        """The segment; raises `ValueError` where a part is corrupt, `MemoryError` where there is no room."""
        parts = [part for segment in self.segments for part in segment.live_pairs()]
        for mutable in self.waiting:
            hashes, ids = mutable.live_pairs()
            words = np.empty((len(hashes), 4), np.uint64)
            kernels.permute(PERMUTATION, hashes, words)
            parts.append((words, ids))
        return make_segment(StoredPairs(tuple(parts)), kernels)

    def result(self, state: State, segment: Segment) -> State:
        """`state` with the segment in the place of its parts."""
        for ids in self.removed:
            segment.remove(ids)
        kept = [other for other in state.segments if other not in self.segments]
        if segment.live:
            kept.append(segment)
        waiting = tuple(mutable for mutable in state.waiting if mutable not in self.waiting)
        return State(state.active, waiting, tuple(sorted(kept, key=lambda each: each.pairs)))
