"""The PDQ hash of an array of pixels, by the reference implementation.

PDQ (Meta, 2019): 256 bits, of which those of two renderings of one photograph differ in few, and a
quality of 0 … 100 that is low where there was little to see.
"""

import numpy as np
import pdqhash
from numpy.typing import NDArray

# Below this the reference hashes nothing and answers with zeros, which would make all such
# pictures equal to each other (MIN_HASHABLE_DIM in the reference).
MIN_SIDE_PIXELS = 5


def pdq(pixels: NDArray[np.uint8]) -> tuple[bytes, int] | None:
    """Hash (32 bytes) and quality of `pixels`, `uint8[height, width, 3]` in RGB.

    `None` where a side is too short for PDQ: there is no picture to recognise. The order of the bits
    is that of `pdqhash.compute` and of python-threatexchange, most significant first.
    """
    if min(pixels.shape[:2]) < MIN_SIDE_PIXELS:
        return None
    # The reference walks the memory row by row and would read a transposed view crosswise.
    bits, quality = pdqhash.compute(np.ascontiguousarray(pixels))
    return np.packbits(bits.astype(np.uint8)).tobytes(), int(quality)
