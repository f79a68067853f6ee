"""The same hashes in NumPy, by really turning the pixels: slower by far, and the oracle in tests."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.pdq.numpy_pdq import pdq
from doorward.imagery.pdq.values import Orientation, PdqHash, Profile

Pixels = NDArray[np.uint8]

NEAREST_SIDE_PIXELS = 512

_TURN: dict[Orientation, Callable[[Pixels], Pixels]] = {
    Orientation.UPRIGHT: lambda pixels: pixels,
    Orientation.MIRRORED: lambda pixels: pixels[:, ::-1],
    Orientation.TURNED_HALF: lambda pixels: pixels[::-1, ::-1],
    Orientation.FLIPPED: lambda pixels: pixels[::-1],
    Orientation.TRANSPOSED: lambda pixels: pixels.swapaxes(0, 1),
    Orientation.TURNED_RIGHT: lambda pixels: np.rot90(pixels, -1),
    Orientation.TRANSVERSED: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    Orientation.TURNED_LEFT: lambda pixels: np.rot90(pixels),
}


def hashes(pixels: Pixels, profile: Profile, wanted: frozenset[Orientation]) -> dict[Orientation, PdqHash]:
    """The hashes of pixels, `uint8[height, width, 1 or 3]`, after turning them."""
    return {orientation: _hash(turned(pixels, orientation), profile) for orientation in sorted(wanted)}


def turned(pixels: Pixels, orientation: Orientation) -> Pixels:
    """A view of the pixels as they look when turned so."""
    return _TURN[orientation](pixels)


def nearest_512(pixels: Pixels) -> Pixels:
    """The 512x512 pixels that ThreatExchange's command line tool picks from a picture that is larger."""
    height, width = pixels.shape[:2]
    if max(height, width) <= NEAREST_SIDE_PIXELS:
        return pixels
    places = np.arange(NEAREST_SIDE_PIXELS)
    picked: Pixels = pixels[places * height // NEAREST_SIDE_PIXELS][:, places * width // NEAREST_SIDE_PIXELS]
    return picked


def _hash(pixels: Pixels, profile: Profile) -> PdqHash:
    if profile is Profile.NEAREST_512:
        pixels = nearest_512(pixels)
    return PdqHash(*pdq(np.broadcast_to(pixels, (*pixels.shape[:2], 3))))
