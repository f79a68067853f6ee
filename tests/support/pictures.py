"""Harmless pictures for tests: photographs that come with scikit-image, and drawn noise."""

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
import skimage
from PIL import Image

_SAMPLES = Path(skimage.__file__).parent / "data"


@lru_cache(maxsize=32)
def sample(name: str) -> bytes:
    """The bytes of one of scikit-image's sample files."""
    return (_SAMPLES / name).read_bytes()


def photograph(name: str, size: tuple[int, int] | None = None) -> Image.Image:
    """A sample photograph in RGB, resized if `size` is given."""
    picture = Image.open(io.BytesIO(sample(name))).convert("RGB")
    return picture if size is None else picture.resize(size)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """`picture` as a file of the given Pillow format."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def drawn(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Smooth coloured blobs, different for every seed; far apart from each other in PDQ."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
