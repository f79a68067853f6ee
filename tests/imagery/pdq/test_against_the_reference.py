"""Every bit and the quality are those of `pdqhash`: photographs, drawings, sizes, JPEG qualities."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from doorward.imagery.pdq import hash_luma, hash_rgb
from support.pdq import Pixels, contents, reference
from support.pictures import photograph, saved

SAMPLES = (
    "astronaut.png", "brick.png", "camera.png", "cell.png", "chelsea.png", "chessboard_GRAY.png",
    "chessboard_RGB.png", "clock_motion.png", "coffee.png", "coins.png", "color.png", "grass.png",
    "gravel.png", "horse.png", "hubble_deep_field.jpg", "ihc.png", "logo.png", "microaneurysms.png",
    "moon.png", "motorcycle_left.png", "motorcycle_right.png", "page.png", "phantom.png", "retina.jpg",
    "rocket.jpg", "text.png",
)  # fmt: skip
SIDES_PIXELS = (40, 64, 128, 129, 333, 512, 1000, 1600)  # of the longer side
QUALITIES = (30, 50, 70, 85, 95)


def pixels_of(name: str, side: int) -> Pixels:
    picture = photograph(name)
    scale = side / max(picture.size)
    return np.asarray(picture.resize([max(5, round(length * scale)) for length in picture.size]))


def after_jpeg(pixels: Pixels, quality: int) -> Pixels:
    with Image.open(io.BytesIO(saved(Image.fromarray(pixels), "JPEG", quality=quality))) as decoded:
        return np.asarray(decoded.convert("RGB"))


@pytest.mark.parametrize(("number", "name"), list(enumerate(SAMPLES)))
def test_sample_pictures_have_the_reference_s_hash(number: int, name: str) -> None:
    side = SIDES_PIXELS[number % 6]
    pixels = pixels_of(name, side)
    assert hash_rgb(pixels) == reference(pixels)
    compressed = after_jpeg(pixels, QUALITIES[number % len(QUALITIES)])
    assert hash_rgb(compressed) == reference(compressed)
    assert hash_luma(pixels[:, :, 1]) == reference(pixels[:, :, 1])


@pytest.mark.campaign
@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("side", SIDES_PIXELS)
def test_all_sample_pictures_in_all_sizes_and_jpeg_qualities(name: str, side: int) -> None:
    pixels = pixels_of(name, side)
    assert hash_rgb(pixels) == reference(pixels)
    for quality in range(30, 96, 5):
        compressed = after_jpeg(pixels, quality)
        assert hash_rgb(compressed) == reference(compressed)


@given(height=st.integers(5, 80), width=st.integers(5, 80), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_small_arrays_of_all_kinds_have_the_reference_s_hash(height: int, width: int, seed: int) -> None:
    for pixels in contents(height, width, seed):
        assert hash_rgb(pixels) == reference(pixels)


@pytest.mark.campaign
@pytest.mark.parametrize("height", range(5, 81))
def test_every_small_size_has_the_reference_s_hash(height: int) -> None:
    for width in range(5, 81):
        for pixels in contents(height, width, height * 100 + width):
            assert hash_rgb(pixels) == reference(pixels)


@pytest.mark.parametrize("shape", [(5, 3000), (3000, 5), (64, 2000), (1100, 64), (127, 769), (900, 257)])
def test_very_wide_and_very_tall_pictures_have_the_reference_s_hash(shape: tuple[int, int]) -> None:
    for pixels in contents(*shape, seed=7):
        assert hash_rgb(pixels) == reference(pixels)


@pytest.mark.parametrize("shape", [(9000, 70), (66, 12_345), (8193, 128)])
def test_sides_whose_weights_are_split_have_the_reference_s_hash(shape: tuple[int, int]) -> None:
    pixels = next(contents(*shape, seed=3))
    assert hash_rgb(pixels) == reference(pixels)


@pytest.mark.parametrize("grey", [0, 1, 77, 127, 128, 254, 255])
@pytest.mark.parametrize("shape", [(5, 5), (63, 65), (64, 64), (200, 300), (513, 400)])
def test_flat_pictures_have_the_hash_that_the_reference_s_rounding_gives_them(
    grey: int, shape: tuple[int, int]
) -> None:
    pixels = np.full((*shape, 3), grey, np.uint8)
    assert hash_rgb(pixels) == reference(pixels)


def test_one_changed_pixel_in_a_flat_picture_is_seen_as_the_reference_sees_it() -> None:
    for place in ((0, 0), (50, 50), (99, 149), (0, 149)):
        pixels = np.full((100, 150, 3), 200, np.uint8)
        pixels[place] = 199
        assert hash_rgb(pixels) == reference(pixels)
