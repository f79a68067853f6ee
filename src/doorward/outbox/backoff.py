"""How long to wait after a failed attempt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential back-off with full jitter.

    The wait is drawn evenly from zero to a ceiling that grows threefold: after an outage the items
    that piled up do not all return in the same second.
    """

    base_s: float = 5.0
    factor: float = 3.0
    cap_s: float = 6 * HOUR_S

    def ceiling_s(self, attempt: int) -> float:
        """Longest wait after the failed `attempt` (1, 2, 3 …)."""
        steps = min(attempt - 1, 64)  # far beyond the cap, and no overflow on the way
        return min(self.cap_s, self.base_s * self.factor**steps)

    def wait(self, attempt: int, random: Callable[[], float], at_least_s: float = 0.0) -> timedelta:
        """The wait after the failed `attempt`; `random` draws from [0, 1)."""
        return timedelta(seconds=max(at_least_s, random() * self.ceiling_s(attempt)))
