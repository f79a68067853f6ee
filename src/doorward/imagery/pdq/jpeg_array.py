"""PDQ of a JPEG by way of an array: for installations whose extension has no libjpeg.

`simplejpeg` is strict: a warning of the library is an error. What it would treat otherwise than Pillow, or
could be kept busy with, is not given to it.
"""

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from doorward.imagery.pdq.arrays import orientations
from doorward.imagery.pdq.jpeg import LUMA_MIN_QUALITY, Colour, JpegHashes
from doorward.imagery.pdq.values import MIN_SIDE_PIXELS, Orientation, Profile

_SOS, _FILL = 0xDA, 0xFF
_SEQUENTIAL = frozenset((0xC0, 0xC1))  # SOF0 and SOF1: Huffman-coded and not progressive (T.81, table B.1)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def hash_array(
    data: bytes | memoryview,
    colour: Colour,
    profile: Profile,
    wanted: frozenset[Orientation],
    max_pixels: int,
) -> JpegHashes | None:
    """As `doorward.imagery.pdq.jpeg.hash_jpeg`, which also says what `None` means."""
    if not _is_sequential(data):
        return None
    try:
        height, width, space, _ = simplejpeg.decode_jpeg_header(data)
        if space not in ("YCbCr", "RGB", "Gray") or min(height, width) < MIN_SIDE_PIXELS:
            return None
        if height * width > max_pixels:
            return None
        if colour is Colour.LUMA and space == "YCbCr":
            luma: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, "GRAY")
            near = orientations(luma[:, :, 0], wanted, profile)
            if min(each.quality for each in near.values()) >= LUMA_MIN_QUALITY:
                return JpegHashes(width, height, False, near)
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, "RGB")
    except ValueError:
        return None
    return JpegHashes(width, height, True, orientations(pixels, wanted, profile))


def _is_sequential(data: bytes | memoryview) -> bool:
    """Whether the first frame is a baseline or extended sequential one. Walks the segments before it."""
    at = 2
    while at + 4 <= len(data) and data[at] == _FILL:
        kind = data[at + 1]
        if kind in _FRAMES:
            return kind in _SEQUENTIAL
        if kind == _FILL:  # a fill byte; the marker follows
            at += 1
        elif kind == _SOS:
            return False
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False
