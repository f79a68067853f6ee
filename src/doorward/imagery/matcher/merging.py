"""One merge: several parts of an index become one segment, while everything goes on."""

import secrets
from dataclasses import dataclass, field

import numpy as np

from doorward.imagery.matcher.assembly import permuted
from doorward.imagery.matcher.mutable import Mutable
from doorward.imagery.matcher.segment import Segment, make_segment
from doorward.imagery.matcher.state import State
from doorward.imagery.matcher.tables import Ids, Kernels, Words


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
        hashes, ids = zip(*self._live_pairs(kernels), strict=True)
        together = np.concatenate(hashes), np.concatenate(ids)
        del hashes, ids  # at seventeen million pairs these are 680 MB
        return make_segment(*together, kernels, secrets.randbits(64))

    def result(self, state: State, segment: Segment) -> State:
        """`state` with the segment in the place of its parts."""
        for ids in self.removed:
            segment.remove(ids)
        kept = [other for other in state.segments if other not in self.segments]
        if segment.live:
            kept.append(segment)
        waiting = tuple(mutable for mutable in state.waiting if mutable not in self.waiting)
        return State(state.active, waiting, tuple(sorted(kept, key=lambda each: each.pairs)))

    def _live_pairs(self, kernels: Kernels) -> list[tuple[Words, Ids]]:
        pairs = [segment.live_pairs() for segment in self.segments]
        for mutable in self.waiting:
            hashes, ids = mutable.live_pairs()
            pairs.append((permuted(hashes, kernels), ids))
        return [*pairs, (np.empty((0, 4), np.uint64), np.empty(0, np.uint64))]
