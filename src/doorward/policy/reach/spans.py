"""Ranges of numbers."""

import math
from dataclasses import dataclass, replace

Number = int | float

# `constant operator field`, read from the field's side.
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_MOST_COUNTED = 300


@dataclass(frozen=True, slots=True)
class Span:
    """All numbers from `low` to `high`; whole ones only where `whole`."""

    low: Number = -math.inf
    high: Number = math.inf
    low_open: bool = False
    high_open: bool = False
    whole: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is no number in it."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def __contains__(self, number: Number) -> bool:
        above = number > self.low or (number == self.low and not self.low_open)
        return above and (number < self.high or (number == self.high and not self.high_open))

    def values(self) -> tuple[Number, ...] | None:
        """All its numbers, where they are few."""
        if self.empty:
            return ()
        if self.low == self.high:
            return (self.low,)
        if self.whole and self.high - self.low <= _MOST_COUNTED:
            return tuple(range(int(self.low), int(self.high) + 1))
        return None

    def cut(self, operator: str, bound: Number) -> "Span":
        """The part of it for which `number operator bound` holds."""
        match operator:
            case ">" | ">=":
                return self._from(bound, is_open=operator == ">")
            case "<" | "<=":
                return self._to(bound, is_open=operator == "<")
            case "==":
                return self._from(bound, is_open=False)._to(bound, is_open=False)
        return self

    def _from(self, bound: Number, *, is_open: bool) -> "Span":
        if self.whole and math.isfinite(bound):
            bound, is_open = (math.floor(bound) + 1 if is_open else math.ceil(bound)), False
        if (bound, is_open) > (self.low, self.low_open):
            return replace(self, low=bound, low_open=is_open)
        return self

    def _to(self, bound: Number, *, is_open: bool) -> "Span":
        if self.whole and math.isfinite(bound):
            bound, is_open = (math.ceil(bound) - 1 if is_open else math.floor(bound)), False
        if (bound, not is_open) < (self.high, not self.high_open):
            return replace(self, high=bound, high_open=is_open)
        return self
