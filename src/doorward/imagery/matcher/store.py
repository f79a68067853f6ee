"""Changing an index while others read it."""

import threading

import structlog

from doorward.imagery.matcher.errors import IndexClosed, MergingFailed
from doorward.imagery.matcher.levels import Levels
from doorward.imagery.matcher.merging import Merge
from doorward.imagery.matcher.mutable import Mutable
from doorward.imagery.matcher.segment import Segment
from doorward.imagery.matcher.state import State
from doorward.imagery.matcher.tables import Bytes, Ids, Kernels

log = structlog.get_logger(__name__)


class Store:
    """Holds the state. Readers take `state`; writers come one at a time; one merge runs at a time.

    A thread merges when there is something to merge, and ends when there is nothing: there is none
    until the first change.
    """

    def __init__(self, kernels: Kernels, levels: Levels, segments: tuple[Segment, ...] = ()) -> None:
        self.kernels, self.levels = kernels, levels
        self.state = State(self._empty(), (), segments)
        self.merges = 0
        self._changed = threading.Condition(threading.RLock())
        self._merge: Merge | None = None  # the one that runs
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None
        self._closed = False

    def add(self, hashes: Bytes, ids: Ids) -> int:
        """Add those pairs that are not here yet; how many."""
        added = 0
        for start in range(0, len(ids), self.levels.mutable_rows):
            part = slice(start, start + self.levels.mutable_rows)
            with self._changed:
                self._make_room()
                added += sum(
                    self._add(hash, int(id)) for hash, id in zip(hashes[part], ids[part], strict=True)
                )
        return added

    def remove(self, ids: Ids) -> int:
        """Remove all pairs with these ids; how many there were."""
        with self._changed:
            self._check_open()
            if self._merge is not None:
                self._merge.removed.append(ids.copy())
            removed = self.state.remove(ids)
            if self._failure is None:  # else the next addition tries again; removals need no merge
                self._wake()
        return removed

    def compact(self) -> State:
        """Merge everything into one segment, in this thread; the state right after that."""
        with self._changed:
            self._changed.wait_for(lambda: self._merge is None)
            if self.state.compact:
                return self.state
            self._freeze()
            merge = self._begin(self.state.segments)
        return self._carry_out(merge)

    def close(self) -> None:
        """Take no more changes, and wait for the merge that runs."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join()

    def _add(self, hash: Bytes, id: int) -> bool:
        if self.state.has(hash, id):
            return False
        if self.state.active.full:
            self._freeze()
            self._wake()
        self.state.active.append(hash, id)
        return True

    def _freeze(self) -> None:
        state = self.state
        if state.active.count:
            self.state = State(self._empty(), (state.active, *state.waiting), state.segments)

    def _empty(self) -> Mutable:
        return Mutable(self.kernels, self.levels.mutable_rows)

    def _make_room(self) -> None:
        self._check_open()
        if not self._crowded:
            return
        self._wake()
        self._changed.wait_for(lambda: not self._crowded or self._failure is not None or self._closed)
        self._check_open()
        if self._failure is not None:
            raise MergingFailed(
                f"additions cannot be merged into the index ({self._failure}); nothing is lost, and queries "
                "go on. Free memory, or build the index again, then repeat what was to be added."
            ) from self._failure

    @property
    def _crowded(self) -> bool:
        return len(self.state.waiting) >= self.levels.waiting

    def _check_open(self) -> None:
        if self._closed:
            raise IndexClosed("the index was closed and takes no more changes. Open it again to change it.")

    def _due(self) -> int | None:
        if self._closed:
            return None
        return self.levels.due(self.state.segments, sum(mutable.count for mutable in self.state.waiting))

    def _wake(self) -> None:
        if self._thread is None and self._due() is not None:
            self._failure = None
            self._thread = threading.Thread(target=self._run, name="doorward-index-merging")
            self._thread.start()

    def _run(self) -> None:
        while (merge := self._next()) is not None:
            try:
                self._carry_out(merge)
            except Exception as error:
                log.error("index_merging_failed", reason=repr(error), effect="additions wait; queries go on")
                self._failed(error)
                return

    def _next(self) -> Merge | None:
        with self._changed:
            self._changed.wait_for(lambda: self._merge is None)
            target = self._due()
            if target is None:
                self._thread = None
                self._changed.notify_all()
                return None
            level_of = self.levels.level_of
            return self._begin(tuple(each for each in self.state.segments if level_of(each.pairs) <= target))

    def _failed(self, error: Exception) -> None:
        with self._changed:
            self._failure = error
            self._thread = None
            self._changed.notify_all()

    def _begin(self, segments: tuple[Segment, ...]) -> Merge:
        self._merge = Merge(self.state.waiting, segments)
        return self._merge

    def _carry_out(self, merge: Merge) -> State:
        try:
            segment = merge.run(self.kernels)
            with self._changed:
                self.state = merge.result(self.state, segment)
                self.merges += 1
                return self.state
        finally:
            with self._changed:
                self._merge = None
                self._changed.notify_all()
