"""Memory that all bodies in flight may take together."""

from types import TracebackType

from doorward.doors.http.problems import OVERLOADED, Problem

RETRY_AFTER_S = 1


def overloaded(detail: str) -> Problem:
    """The 503 that asks to come back soon."""
    return Problem(OVERLOADED, detail, headers={"Retry-After": str(RETRY_AFTER_S)})


class MemoryBudget:
    """Counts bytes promised to bodies. One event loop uses it, so nothing is locked."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._taken = 0

    @property
    def taken_bytes(self) -> int:
        """Bytes promised now."""
        return self._taken

    def lease(self, size: int) -> "Lease":
        """Promise `size` bytes; raises the 503 `Problem` where there is no room."""
        lease = Lease(self)
        lease.cover(size)
        return lease

    def take(self, size: int) -> None:
        """Used by `Lease` alone."""
        if self._taken + size > self._limit:
            raise overloaded(
                f"The bodies in flight would take more than {self._limit} bytes "
                "(`http.max_in_flight_bytes`). Hold the item and send it again shortly."
            )
        self._taken += size

    def give_back(self, size: int) -> None:
        """Used by `Lease` alone."""
        self._taken -= size


class Lease:
    """One body's share of the budget. Leaving the `with` block gives it back."""

    def __init__(self, budget: MemoryBudget) -> None:
        self._budget = budget
        self._size = 0

    def cover(self, size: int) -> None:
        """Make sure that `size` bytes in all are promised."""
        if size > self._size:
            self._budget.take(size - self._size)
            self._size = size

    def release(self) -> None:
        """Give everything back; twice is once."""
        self._budget.give_back(self._size)
        self._size = 0

    def __enter__(self) -> "Lease":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
