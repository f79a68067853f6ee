"""Who computes the hashes: the native kernel, or NumPy with the same bits."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from doorward.imagery import native
from doorward.imagery.pdq import fallback
from doorward.imagery.pdq.values import Orientation, PdqHash, Profile

# Hashes of contiguous pixels, uint8[height, width, 1 or 3], in each of some orientations (at least one).
Kernel = Callable[[NDArray[np.uint8], Profile, frozenset[Orientation]], dict[Orientation, PdqHash]]

MAX_SIDE_PIXELS = 131_072  # of the native kernel (kMaxSide), for its sums to fit into 32 bits


def kernel(shape: tuple[int, ...]) -> Kernel:
    """The fastest kernel for pixels of this shape."""
    if max(shape) > MAX_SIDE_PIXELS or not native.available():
        return fallback.hashes
    return native_hashes


def native_hashes(
    pixels: NDArray[np.uint8], profile: Profile, wanted: frozenset[Orientation]
) -> dict[Orientation, PdqHash]:
    """By the linear pass, and by the faithful one where that is not certain. Other threads run meanwhile."""
    from doorward._native import pdq_hashes

    nearest = profile is Profile.NEAREST_512
    hashes = pdq_hashes(pixels, nearest, as_mask(wanted))
    return {Orientation(number): PdqHash(bits, quality) for number, bits, quality, _ in hashes}


def as_mask(wanted: frozenset[Orientation]) -> int:
    """Bit k - 1 for the orientation with EXIF's number k."""
    return sum(1 << (orientation - 1) for orientation in wanted)
