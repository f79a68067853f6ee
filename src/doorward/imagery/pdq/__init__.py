"""PDQ, the perceptual hash of the hash lists: every bit and the quality as the reference computes them.

PDQ (Meta, 2019; "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm") brings a picture
to 64x64 by two box filters, takes the 16x16 lowest frequencies of its cosine transform, and says of each
whether it lies above their median: 256 bits, of which those of two renderings of one photograph differ in
few. Its quality, 0 … 100, is low where there was little to see.

How it is computed here, and why the result is that of `pdqhash` all the same: decision 0014.
"""

from doorward.imagery.pdq.arrays import hash_luma, hash_rgb, orientations
from doorward.imagery.pdq.values import (
    ALL_ORIENTATIONS,
    LUMA_MARGIN_BITS,
    MIN_SIDE_PIXELS,
    Orientation,
    PdqHash,
    Profile,
    UnhashablePixels,
)

__all__ = [
    "ALL_ORIENTATIONS",
    "LUMA_MARGIN_BITS",
    "MIN_SIDE_PIXELS",
    "Orientation",
    "PdqHash",
    "Profile",
    "UnhashablePixels",
    "hash_luma",
    "hash_rgb",
    "orientations",
]
