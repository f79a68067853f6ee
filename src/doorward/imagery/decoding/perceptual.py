"""The PDQ hash of an array of pixels, in the form in which renderings have it."""

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.pdq import hash_rgb


def pdq(pixels: NDArray[np.uint8]) -> tuple[bytes, int] | None:
    """Hash (32 bytes) and quality of `pixels`, `uint8[height, width, 3]` in RGB; `None` where a side is
    too short for PDQ."""
    hashed = hash_rgb(pixels)
    return None if hashed is None else (hashed.bits, hashed.quality)
