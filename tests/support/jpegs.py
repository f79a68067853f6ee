"""JPEGs of every common make, of harmless pictures, and some that no camera would write."""

import io
import itertools
from collections.abc import Iterator

import numpy as np
import pdqhash
import simplejpeg
from numpy.typing import NDArray
from PIL import ExifTags, Image

from support.pictures import photograph, saved

QUALITIES = (30, 50, 75, 95)
SAMPLINGS = ("444", "422", "420", "440", "411")
END, START_OF_SCAN = b"\xff\xd9", b"\xff\xda"


def pixels_of(data: bytes) -> NDArray[np.uint8]:
    """What Pillow decodes: `uint8[height, width, 3]`."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def luma_of(data: bytes) -> NDArray[np.uint8]:
    """The luma plane, as Pillow's draft mode hands it out: `uint8[height, width]`."""
    image = Image.open(io.BytesIO(data))
    image.draft("L", image.size)
    return np.asarray(image)


def reference_of(pixels: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Hash and quality by `pdqhash`."""
    bits, quality = pdqhash.compute(np.ascontiguousarray(pixels))
    return np.packbits(bits.astype(np.uint8)).tobytes(), int(quality)


def with_sampling(name: str, size: tuple[int, int], quality: int, sampling: str) -> bytes:
    """A baseline JPEG with the given subsampling of colour."""
    pixels = np.asarray(photograph(name, size))
    made: bytes = simplejpeg.encode_jpeg(pixels, quality=quality, colorsubsampling=sampling)
    return made


def turned(data: bytes, orientation: int) -> bytes:
    """The same picture with an EXIF tag that says how the camera was held."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return saved(Image.open(io.BytesIO(data)), "JPEG", quality=90, exif=exif)


def all_makes(name: str, size: tuple[int, int]) -> Iterator[bytes]:
    """One picture in every quality and subsampling, progressive, optimised, grey, RGB, with restarts."""
    for quality, sampling in itertools.product(QUALITIES, SAMPLINGS):
        yield with_sampling(name, size, quality, sampling)
    picture = photograph(name, size)
    for quality, subsampling in itertools.product(QUALITIES, (0, 1, 2)):
        yield saved(picture, "JPEG", quality=quality, subsampling=subsampling, progressive=True)
    yield saved(picture, "JPEG", optimize=True)
    yield saved(picture, "JPEG", restart_marker_blocks=3)
    yield saved(picture, "JPEG", restart_marker_rows=1, progressive=True)
    yield saved(picture, "JPEG", keep_rgb=True)
    yield saved(picture.convert("L"), "JPEG")
    yield saved(picture.convert("L"), "JPEG", progressive=True)


def scans_of(data: bytes) -> list[int]:
    """Where the scans of a JPEG begin. (Within entropy-coded data no such marker can stand.)"""
    starts, at = [], data.find(START_OF_SCAN)
    while at >= 0:
        starts.append(at)
        at = data.find(START_OF_SCAN, at + 2)
    return starts


def with_scans(data: bytes, scans: int) -> bytes:
    """A progressive JPEG that repeats its last scan until it has so many of them."""
    starts = scans_of(data)
    last = data[starts[-1] : -len(END)]
    return data[: -len(END)] + last * (scans - len(starts)) + END
