"""Pictures of any size to hash: photographs that come with scikit-image, or drawn ones; all harmless.

A photograph that is only enlarged is smooth, and its JPEG file far smaller than a camera's. So fine
texture and a sensor's noise are added at the full size: decoders are given as much work as real
photographs give them.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SAMPLES = ("coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png", "hubble_deep_field.jpg")
JPEG_QUALITY = 88
_NOISE, _TEXTURE = 4.0, 6.0  # standard deviations, of 255


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its pixels in RGB, and the JPEG file that they came from."""

    name: str
    pixels: NDArray[np.uint8]
    jpeg: bytes | None

    @property
    def megapixels(self) -> float:
        """Millions of pixels."""
        height, width, _ = self.pixels.shape
        return float(height * width) / 1e6


def of_size(megapixels: float, number: int) -> Iterator[Picture]:
    """So many different pictures of that size, 4 to 3."""
    height = max(8, round((megapixels * 1e6 * 3 / 4) ** 0.5))
    width = round(megapixels * 1e6 / height)
    for place, source in enumerate(sources()[:number]):
        yield stored(source.name, textured(source.image, (width, height), seed=place))


def of_file(path: Path) -> Picture:
    """A picture of the user's own. Raises `OSError` where Pillow cannot read it."""
    data = path.read_bytes()
    with Image.open(io.BytesIO(data)) as opened:
        is_jpeg = opened.format == "JPEG"
        return Picture(path.name, np.asarray(opened.convert("RGB")), data if is_jpeg else None)


def stored(name: str, image: Image.Image, **options: object) -> Picture:
    """`image` as a JPEG file, and the pixels that come out of it again."""
    data = jpeg_of(image, **options)
    return Picture(name, decoded(data), data)


def jpeg_of(image: Image.Image, **options: object) -> bytes:
    """The file; `options` as Pillow has them."""
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": JPEG_QUALITY, **options})
    return out.getvalue()


def decoded(data: bytes) -> NDArray[np.uint8]:
    """The pixels in RGB, as Pillow decodes them."""
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGB"))


@dataclass(frozen=True, slots=True)
class Source:
    """Where pictures come from, in its own size."""

    name: str
    image: Image.Image


def sources() -> list[Source]:
    """Photographs where scikit-image is installed, else drawn pictures."""
    try:
        import skimage
    except ModuleNotFoundError:
        return [Source(f"drawn {seed}", _drawn(seed)) for seed in range(len(SAMPLES))]
    folder = Path(skimage.__file__).parent / "data"
    found = [name for name in SAMPLES if (folder / name).is_file()]
    return [Source(name.partition(".")[0], Image.open(folder / name).convert("RGB")) for name in found]


def _drawn(seed: int) -> Image.Image:
    """Smooth coloured blobs."""
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    return Image.fromarray(coarse).resize((800, 600), Image.Resampling.BICUBIC)


def textured(image: Image.Image, size: tuple[int, int], seed: int) -> Image.Image:
    """`image` at `size`, width and height, with texture and noise of its own."""
    random = np.random.default_rng(seed)
    width, height = size
    large = np.asarray(image.resize(size, Image.Resampling.BICUBIC), np.float32)
    grain = random.standard_normal((height // 3 + 1, width // 3 + 1), np.float32) * _TEXTURE
    texture = np.repeat(np.repeat(grain, 3, axis=0), 3, axis=1)[:height, :width, np.newaxis]
    noise = random.standard_normal((height, width, 1), np.float32) * _NOISE
    return Image.fromarray(np.clip(large + texture + noise, 0, 255).astype(np.uint8))
