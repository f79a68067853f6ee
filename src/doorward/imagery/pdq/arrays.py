"""PDQ of pixels that are in memory."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.pdq.kernel import kernel
from doorward.imagery.pdq.values import (
    ALL_ORIENTATIONS,
    MIN_SIDE_PIXELS,
    Orientation,
    PdqHash,
    Profile,
    UnhashablePixels,
)

Pixels = NDArray[np.uint8]

_UPRIGHT = frozenset((Orientation.UPRIGHT,))


def hash_rgb(pixels: Pixels, profile: Profile = Profile.FULL) -> PdqHash | None:
    """The hash of `pixels`, `uint8[height, width, 3]` in RGB, in any memory layout.

    `None` where a side is below `MIN_SIDE_PIXELS`: there is no picture to recognise.
    """
    _check(pixels, pixels.ndim == 3 and pixels.shape[2] == 3, "[height, width, 3] in RGB")
    return _hashes(pixels, profile, _UPRIGHT).get(Orientation.UPRIGHT)


def hash_luma(pixels: Pixels, profile: Profile = Profile.FULL) -> PdqHash | None:
    """The hash of `pixels`, `uint8[height, width]`: that of an RGB picture with three such channels."""
    _check(pixels, pixels.ndim == 2, "[height, width] of luma")
    return _hashes(pixels[:, :, np.newaxis], profile, _UPRIGHT).get(Orientation.UPRIGHT)


def orientations(
    pixels: Pixels,
    wanted: Collection[Orientation] = ALL_ORIENTATIONS,
    profile: Profile = Profile.FULL,
) -> dict[Orientation, PdqHash]:
    """The hashes of `pixels`, RGB or luma, after really turning them, for little more than the price of one.

    The reference has a shorter way to the eight, by signs of frequencies. Its results are other bits than
    those of pictures that somebody turned (62 of 256 in the worst case measured), because an even box filter
    is not centred; so that way is not taken here. Empty where a side is below `MIN_SIDE_PIXELS`.
    """
    rgb = pixels.ndim == 3 and pixels.shape[2] == 3
    _check(pixels, rgb or pixels.ndim == 2, "[height, width, 3] in RGB, or [height, width] of luma")
    return _hashes(pixels if rgb else pixels[:, :, np.newaxis], profile, frozenset(wanted))


def _check(pixels: Pixels, right_shape: bool, wanted: str) -> None:
    if pixels.dtype != np.uint8 or not right_shape:
        found = f"{pixels.dtype}{list(pixels.shape)}"
        raise UnhashablePixels(f"PDQ needs pixels as uint8{wanted}; this array is {found}.")


def _hashes(pixels: Pixels, profile: Profile, wanted: frozenset[Orientation]) -> dict[Orientation, PdqHash]:
    if min(pixels.shape[:2]) < MIN_SIDE_PIXELS or not wanted:
        return {}
    return kernel(pixels.shape)(np.ascontiguousarray(pixels), profile, wanted)
