"""What an index consists of at one moment, and how it answers."""

from dataclasses import dataclass, field

from doorward.imagery.matcher.mutable import Mutable
from doorward.imagery.matcher.results import NOTHING, joined, together, together_batch
from doorward.imagery.matcher.segment import Segment
from doorward.imagery.matcher.tables import Bytes, Found, FoundBatch, Ids


@dataclass(frozen=True, slots=True)
class State:
    """Readers take one reference to it and are done with locks; writers put a new one in its place.

    Newest first: a pair that is removed and added again while somebody reads is added in a newer place
    than it was removed from, and that was read already; so nobody sees it twice.
    """

    active: Mutable
    waiting: tuple[Mutable, ...] = ()
    segments: tuple[Segment, ...] = ()  # the smallest first, which is the newest
    only: Segment | None = field(init=False)

    def __post_init__(self) -> None:
        only = self.segments[0] if len(self.segments) == 1 and not self.waiting else None
        object.__setattr__(self, "only", only)

    @property
    def parts(self) -> tuple[Mutable | Segment, ...]:
        """Everything there is, newest first."""
        return (self.active, *self.waiting, *self.segments)

    @property
    def live(self) -> int:
        """Pairs in the index."""
        return sum(part.live for part in self.parts)

    @property
    def compact(self) -> bool:
        """Nothing is left to merge: one segment or none, and nothing removed from it."""
        changed = self.active.count or self.waiting or len(self.segments) > 1
        return not changed and not any(segment.removed for segment in self.segments)

    def has(self, hash: Bytes, id: int) -> bool:
        """Whether the pair is in the index; for the writer."""
        return any(part.has(hash, id) for part in self.parts)

    def search(self, query: Bytes, radius: int) -> Found:
        """All pairs within `radius` bits, by (distance, id)."""
        if self.only is not None and not self.active.count:
            return self.only.tables.search(query, radius)
        newest = [mutable.search(query, radius) for mutable in (self.active, *self.waiting)]
        parts = newest + [segment.tables.search(query, radius) for segment in self.segments]
        return together(parts)

    def search_batch(self, queries: Bytes, radius: int) -> FoundBatch:
        """The same for each row of `queries`."""
        mutables = [mutable for mutable in (self.active, *self.waiting) if mutable.count]
        parts = [joined([mutable.search(query, radius) for query in queries]) for mutable in mutables]
        parts += [segment.tables.search_batch(queries, radius) for segment in self.segments]
        return together_batch(parts) if parts else joined([NOTHING] * len(queries))

    def remove(self, ids: Ids) -> int:
        """Remove all pairs with these ids; how many there were. One writer at a time."""
        return sum(part.remove(ids) for part in self.parts)
