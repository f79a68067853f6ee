"""Times of single calls, and what is told of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Times:
    """Quantiles of calls, in microseconds."""

    calls: int
    p50_us: float
    p99_us: float

    @classmethod
    def of(cls, taken_ns: Sequence[int]) -> "Times":
        """The quantiles of so many nanoseconds each."""
        p50, p99 = np.quantile(np.asarray(taken_ns, np.float64) / 1000, (0.5, 0.99))
        return cls(len(taken_ns), float(p50), float(p99))


def each_call(
    call: Callable[[Item], object], items: Sequence[Item], *, limit_s: float, warm_up: int = 20
) -> Times:
    """Time `call` for each item, one after the other, until all are done or `limit_s` is over."""
    for item in items[: min(warm_up, len(items))]:
        call(item)
    taken: list[int] = []
    until = time.perf_counter() + limit_s
    for item in items:
        begun = time.perf_counter_ns()
        call(item)
        taken.append(time.perf_counter_ns() - begun)
        if time.perf_counter() > until:
            break
    return Times.of(taken)


def seconds(call: Callable[[], Item]) -> tuple[Item, float]:
    """The call's result, and how long it took."""
    begun = time.perf_counter()
    result = call()
    return result, time.perf_counter() - begun
