"""What the reference says of pixels, and pixels to ask it about."""

from collections.abc import Iterator

import numpy as np
import pdqhash
from numpy.typing import NDArray

from doorward._native import pdq_streamed
from doorward.imagery.pdq import ALL_ORIENTATIONS, Orientation, PdqHash
from doorward.imagery.pdq.kernel import as_mask

Pixels = NDArray[np.uint8]


def reference(pixels: Pixels) -> PdqHash:
    """`pdqhash` over RGB pixels, or over luma in three equal channels."""
    rgb = pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=-1)
    bits, quality = pdqhash.compute(np.ascontiguousarray(rgb))
    return PdqHash(np.packbits(bits.astype(np.uint8)).tobytes(), int(quality))


def by_the_linear_pass(pixels: Pixels) -> tuple[PdqHash, bool]:
    """Its hash, and whether it is certain of it."""
    ((_, bits, quality, certain),) = pdq_streamed(
        pixels, False, as_mask(frozenset({Orientation.UPRIGHT})), False
    )
    return PdqHash(bits, quality), certain


def by_the_faithful_pass(pixels: Pixels) -> dict[Orientation, PdqHash]:
    """Its hashes of all orientations."""
    hashes = pdq_streamed(pixels, False, as_mask(ALL_ORIENTATIONS), True)
    assert all(certain for _, _, _, certain in hashes)
    return {Orientation(number): PdqHash(bits, quality) for number, bits, quality, _ in hashes}


def contents(height: int, width: int, seed: int) -> Iterator[Pixels]:
    """RGB pixels of this size: noise, flat, smooth, steps, checks, and dark with single bright pixels."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    yield random.integers(0, 256, (height, width, 3), np.uint8)
    yield np.full((height, width, 3), random.integers(0, 256, 3), np.uint8)
    slopes = random.uniform(-3, 3, (3, 2))
    yield np.stack([128 + a * x + b * y for a, b in slopes], axis=-1).clip(0, 255).astype(np.uint8)
    yield np.stack([a * x + b * y for a, b in slopes], axis=-1).astype(np.int64).astype(np.uint8)
    colours = random.integers(0, 256, (2, 3), np.uint8)
    yield colours[(x // random.integers(1, 9) + y // random.integers(1, 9)) % 2]
    yield (random.random((height, width, 3)) < 0.02).astype(np.uint8) * np.uint8(255)
