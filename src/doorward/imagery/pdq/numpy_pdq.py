"""PDQ in NumPy, rounding as the reference does: for installations without kernels, and as their oracle.

The reference (https://github.com/facebook/ThreatExchange/tree/main/pdq) computes in floats, and a sum of
floats depends on the order of its terms. Here each addition of the reference is made in its place, for
a whole row or column at a time; so the bits and the quality are the same.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SIDE, _FREQUENCIES = 64, 16
_THOUSANDTHS = np.array([299, 587, 114], np.uint32)  # of red, green and blue in luma (ITU-R BT.601)
_ROWS_AT_ONCE = 256  # of 32 bits for each colour; all of them would be four times the picture
_QUALITY_DIVISOR, _BEST_QUALITY = 90, 100  # found by trial by PDQ's authors


def pdq(pixels: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Hash and quality of `pixels`, `uint8[height, width, 3]` in RGB, no side below 5."""
    small = _reduced(_luma(pixels))
    return _bits(_spectrum(small)), _quality(small)


def _luma(pixels: NDArray[np.uint8]) -> Floats:
    """The reference weighs in doubles and rounds to a float; thousandths, divided, come to the same."""
    luma = np.empty(pixels.shape[:2], np.float32)
    for start in range(0, len(pixels), _ROWS_AT_ONCE):
        piece = pixels[start : start + _ROWS_AT_ONCE].astype(np.uint32)
        luma[start : start + len(piece)] = (piece @ _THOUSANDTHS).astype(np.float32) / np.float32(1000)
    return luma


def _reduced(luma: Floats) -> Floats:
    """64×64 samples of the picture after two box filters in each direction, which make a tent of them."""
    height, width = luma.shape
    if height == width == _SIDE:
        return luma  # the reference does not filter it at all
    everywhere, sampled = np.arange(max(height, width)), np.arange(_SIDE) + 0.5
    across = _means(_turned(luma), everywhere[:width])
    once = _means(_turned(across), everywhere[:height])
    columns = _means(_turned(once), (sampled * width / _SIDE).astype(np.intp))
    return _means(_turned(columns), (sampled * height / _SIDE).astype(np.intp))


def _turned(values: Floats) -> Floats:
    return np.ascontiguousarray(values.T)


def _means(values: Floats, places: NDArray[np.intp]) -> Floats:
    """Means over a box that slides along the first axis, at these ascending places only."""
    out = np.empty((len(places), values.shape[1]), np.float32)
    wanted = 0
    for place, (sums, count) in enumerate(_sums(values)):
        while wanted < len(places) and places[wanted] == place:
            np.divide(sums, np.float32(count), out=out[wanted])
            wanted += 1
    return out


def _sums(values: Floats) -> Iterator[tuple[Floats, int]]:
    """Running sums: first the row ahead comes in, then the one left behind goes out. Both round."""
    side = len(values)
    window = (side + 2 * _SIDE - 1) // (2 * _SIDE)  # half a cell; an even one is off its centre
    ahead = window // 2
    behind = window - 1 - ahead
    sums = np.zeros(values.shape[1], np.float32)
    for row in values[:ahead]:
        sums += row
    for place in range(side):
        if place + ahead < side:
            sums += values[place + ahead]
        if place > behind:
            sums -= values[place - behind - 1]
        yield sums, min(place + ahead, side - 1) - max(place - behind, 0) + 1


def _waves() -> Floats:
    """Rows 1 to 16 of the discrete cosine transform of 64 values."""
    frequency, place = np.arange(1, _FREQUENCIES + 1)[:, np.newaxis], np.arange(_SIDE)
    norm = np.float32(np.sqrt(2 / _SIDE))
    angle = np.pi / 2 / _SIDE * frequency * (2 * place + 1)
    waves: Floats = (np.float64(norm) * np.cos(angle)).astype(np.float32)
    return waves


def _spectrum(small: Floats) -> Floats:
    """Both products as the reference sums them, in ascending order of the inner index."""
    waves = _waves()
    across = np.zeros((_FREQUENCIES, _SIDE), np.float32)
    for k in range(_SIDE):
        across += waves[:, k, np.newaxis] * small[k]
    spectrum = np.zeros((_FREQUENCIES, _FREQUENCIES), np.float32)
    for k in range(_SIDE):
        spectrum += across[:, k, np.newaxis] * waves[:, k]
    return spectrum


def _bits(spectrum: Floats) -> bytes:
    """A bit for each value above the lower median, the last value first."""
    values = spectrum.ravel()
    median = np.partition(values, values.size // 2 - 1)[values.size // 2 - 1]
    return np.packbits((values > median)[::-1]).tobytes()


def _quality(small: Floats) -> int:
    """Much changes from sample to sample: much to recognise. Changes in hundredths of white, without fractions."""
    steps = (np.trunc((np.diff(small, axis=axis) * np.float32(100)) / np.float32(255)) for axis in (0, 1))
    total = sum(int(np.abs(each).sum(dtype=np.float64)) for each in steps)
    return min(total // _QUALITY_DIVISOR, _BEST_QUALITY)
