"""Shapes as masks over a grid of points, in whole numbers only.

No floating point, so that every machine draws exactly the same picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Colour = tuple[int, int, int]
Point = tuple[int, int]  # x, y in units of the canvas


@dataclass(slots=True)
class Canvas:
    """A square of `side` units, painted at `finer` points per unit and averaged at the end."""

    side: int
    ground: Colour
    finer: int = 2
    points: NDArray[np.uint8] = field(init=False)
    _x: NDArray[np.int64] = field(init=False)
    _y: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        count = self.side * self.finer
        self.points = np.empty((count, count, 3), np.uint8)
        self.points[:] = self.ground
        # Twice the position, so that a point's centre is a whole number.
        line = 2 * np.arange(count, dtype=np.int64) + 1
        self._x, self._y = line[np.newaxis, :], line[:, np.newaxis]

    def paint(self, mask: Mask, colour: Colour) -> None:
        """Colour the points under `mask`."""
        self.points[mask] = colour

    def ellipse(self, centre: Point, radii: Point) -> Mask:
        """A filled ellipse with axes along x and y."""
        dx, dy = self._x - self._units(centre[0]), self._y - self._units(centre[1])
        a, b = self._units(radii[0]), self._units(radii[1])
        mask: Mask = dx * dx * (b * b) + dy * dy * (a * a) <= a * a * b * b
        return mask

    def stroke(self, start: Point, end: Point, width: int) -> Mask:
        """A straight line with round ends."""
        ax, ay, bx, by = (self._units(value) for value in (*start, *end))
        px, py, dx, dy = self._x - ax, self._y - ay, bx - ax, by - ay
        half, length = self._units(width) // 2, dx * dx + dy * dy
        along = px * dx + py * dy
        across = px * dy - py * dx
        beside = (along >= 0) & (along <= length) & (across * across <= half * half * length)
        at_start = px * px + py * py <= half * half
        at_end = (self._x - bx) ** 2 + (self._y - by) ** 2 <= half * half
        mask: Mask = beside | at_start | at_end
        return mask

    def polygon(self, corners: Sequence[Point]) -> Mask:
        """A filled convex polygon; corners in clockwise order as seen."""
        mask = np.ones(self.points.shape[:2], np.bool_)
        for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
            dx, dy = self._units(bx - ax), self._units(by - ay)
            mask &= dx * (self._y - self._units(ay)) - dy * (self._x - self._units(ax)) >= 0
        return mask

    def picture(self) -> NDArray[np.uint8]:
        """The averaged picture, `uint8[side, side, 3]`."""
        blocks = self.points.reshape(self.side, self.finer, self.side, self.finer, 3)
        averages: NDArray[np.int64] = blocks.sum(axis=(1, 3), dtype=np.int64) // self.finer**2
        return averages.astype(np.uint8)

    def _units(self, value: int) -> int:
        return 2 * self.finer * value
