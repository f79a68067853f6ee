"""Every kind of pixel is seen as a viewer would show it.

The peer's server misses or chokes on several of these (palette, CMYK, low quality, transparency).
"""

import io

import numpy as np
import pdqhash
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import ExifTags, Image
from PIL.Image import Transpose
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

from doorward.findings import Variant
from doorward.imagery.decoding.answers import Rendering
from doorward.imagery.decoding.perceptual import pdq
from doorward.imagery.fingerprint import fingerprint
from doorward.imagery.pdq import MIN_SIDE_PIXELS
from support.files import RGB, png
from support.pictures import photograph, sample, saved

SAMPLES = (
    "chelsea.png",
    "coffee.png",
    "rocket.jpg",
    "coins.png",
    "moon.png",
    "brick.png",
    "clock_motion.png",
)
SAME_PICTURE_BITS = 10


def bits_apart(a: Rendering, b: Rendering) -> int:
    """Hamming distance of two renderings."""
    return (int.from_bytes(a.pdq) ^ int.from_bytes(b.pdq)).bit_count()


def plain(data: bytes) -> Rendering:
    """The first rendering of a file, which must have no problem."""
    looked = fingerprint(data)
    assert looked.problems == ()
    assert looked.renderings[0].variant is Variant.PLAIN
    return looked.renderings[0]


def coffee() -> Rendering:
    return plain(sample("coffee.png"))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_hash_is_bit_for_bit_that_of_the_reference(name: str) -> None:
    ours = plain(sample(name))
    bits, quality = pdqhash.compute(np.asarray(photograph(name)))
    assert ours.pdq == np.packbits(bits.astype(np.uint8)).tobytes()
    assert ours.quality == quality


@pytest.mark.parametrize("name", SAMPLES)
def test_a_hash_is_written_as_threatexchange_writes_it(name: str) -> None:
    looked = fingerprint(sample(name))
    assert (looked.pdq, looked.pdq_quality) == pdq_from_bytes(sample(name))


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "RGBA", "LA", "YCbCr", "I;16"])
def test_a_photograph_is_recognised_in_every_mode_of_pixels(mode: str) -> None:
    kind = {"CMYK": "JPEG", "YCbCr": "JPEG"}.get(mode, "PNG")
    picture = photograph("coffee.png")
    if mode == "I;16":
        converted = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    else:
        converted = picture.convert(mode)
    assert bits_apart(plain(saved(converted, kind)), coffee()) <= SAME_PICTURE_BITS


@pytest.mark.parametrize(
    ("mode", "scale"), [("F", 1.0), ("F", 1 / 255), ("I", 1), ("I", 257), ("I", 1 << 22)]
)
def test_scientific_tiffs_are_scaled_into_sight(mode: str, scale: float) -> None:
    grey = np.asarray(photograph("coffee.png").convert("L")) * np.float64(scale)
    tiff = saved(Image.fromarray(grey.astype(np.float32 if mode == "F" else np.int32)), "TIFF")
    assert Image.open(io.BytesIO(tiff)).mode == mode
    assert bits_apart(plain(tiff), coffee()) <= SAME_PICTURE_BITS


def test_not_a_number_in_a_tiff_is_taken_for_black() -> None:
    grey = np.asarray(photograph("coffee.png").convert("L")).astype(np.float32)
    grey[:4] = np.nan
    grey[4:6] = np.inf
    assert bits_apart(plain(saved(Image.fromarray(grey), "TIFF")), coffee()) <= 20


def test_16_bit_grey_is_scaled_and_not_clipped() -> None:
    """Pillow's own conversion makes every value above 255 white, in which there is nothing to see."""
    dim = (np.asarray(photograph("coffee.png").convert("L")).astype(np.uint16) + 1) * 256
    looked = plain(saved(Image.fromarray(dim), "PNG"))
    assert looked.quality == 100
    assert bits_apart(looked, coffee()) <= SAME_PICTURE_BITS


def test_16_bit_colour_is_seen() -> None:
    pixels = np.asarray(photograph("coffee.png")).astype(">u2") * 257
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    assert bits_apart(plain(png(width, height, rows, bits=16, colour=RGB)), coffee()) <= 2


def test_black_and_white_is_seen() -> None:
    line_art = photograph("page.png").convert("1")
    looked = plain(saved(line_art, "PNG"))
    reference, quality = pdqhash.compute(np.asarray(line_art.convert("RGB")))
    assert looked.pdq == np.packbits(reference.astype(np.uint8)).tobytes()
    assert looked.quality == quality == 100


def test_an_adobe_cmyk_jpeg_is_not_seen_as_its_negative() -> None:
    data = saved(photograph("coffee.png").convert("CMYK"), "JPEG")
    assert b"Adobe" in data
    assert bits_apart(plain(data), coffee()) <= SAME_PICTURE_BITS


def test_a_palette_with_a_transparent_colour_is_seen_with_and_without_it() -> None:
    palette = photograph("coffee.png").quantize(64)
    looked = fingerprint(saved(palette, "PNG", transparency=0))
    assert [each.variant for each in looked.renderings] == [
        Variant.PLAIN,
        Variant.ALPHA_ON_WHITE,
        Variant.ALPHA_ON_BLACK,
    ]
    assert bits_apart(looked.renderings[0], coffee()) <= SAME_PICTURE_BITS


def test_a_picture_hidden_by_transparency_is_seen_as_stored_and_as_shown() -> None:
    shown, stored = photograph("rocket.jpg", (600, 400)).convert("L"), photograph("coffee.png")
    hidden = stored.copy()
    hidden.putalpha(shown)
    looked = fingerprint(saved(hidden, "PNG"))
    on_black = Image.new("RGB", stored.size)
    on_black.paste(stored, mask=shown)
    assert looked.renderings[0] == coffee()
    assert looked.renderings[2].variant is Variant.ALPHA_ON_BLACK
    assert bits_apart(looked.renderings[2], plain(saved(on_black, "PNG"))) == 0


def test_an_opaque_alpha_channel_adds_nothing() -> None:
    looked = fingerprint(saved(photograph("coffee.png").convert("RGBA"), "PNG"))
    assert looked.renderings == (coffee(),)


# How a camera that was turned would have stored the upright picture, by EXIF orientation.
STORED = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}


def turned(orientation: int, kind: str = "PNG") -> bytes:
    """The coffee cup as a turned camera stores it, with the EXIF tag that says so."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return saved(photograph("coffee.png").transpose(STORED[orientation]), kind, exif=exif)


@pytest.mark.parametrize("orientation", STORED)
def test_a_turned_photograph_is_seen_as_stored_and_upright(orientation: int) -> None:
    stored, upright = fingerprint(turned(orientation)).renderings
    assert (stored.variant, upright.variant) == (Variant.PLAIN, Variant.EXIF_ORIENTED)
    assert (upright.pdq, upright.quality) == (coffee().pdq, coffee().quality)
    assert bits_apart(stored, upright) > 60


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "TIFF"])
def test_orientation_is_heeded_in_every_format_that_has_it(kind: str) -> None:
    stored, upright = fingerprint(turned(6, kind)).renderings
    assert upright.variant is Variant.EXIF_ORIENTED
    assert bits_apart(upright, coffee()) <= SAME_PICTURE_BITS
    assert bits_apart(stored, coffee()) > 60


@pytest.mark.parametrize("orientation", [0, 1, 9, 65_535])
def test_an_orientation_that_turns_nothing_adds_nothing(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    assert len(fingerprint(saved(photograph("coffee.png"), "PNG", exif=exif)).renderings) == 1


@settings(max_examples=60, deadline=None)
@given(height=st.integers(1, 80), width=st.integers(1, 80), seed=st.integers(0, 9))
def test_small_pictures_have_the_references_hash_or_none(height: int, width: int, seed: int) -> None:
    pixels: NDArray[np.uint8] = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    hashed = pdq(pixels)
    if min(height, width) < MIN_SIDE_PIXELS:
        assert hashed is None
    else:
        bits, quality = pdqhash.compute(pixels)
        assert hashed == (np.packbits(bits.astype(np.uint8)).tobytes(), quality)


def test_a_transposed_view_is_hashed_like_its_copy() -> None:
    pixels = np.asarray(photograph("coffee.png")).transpose(1, 0, 2)
    assert pdq(pixels) == pdq(pixels.copy())
