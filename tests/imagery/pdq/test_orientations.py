"""Orientations are those of pictures that were really turned, and the profile is that of picked pixels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from PIL.ExifTags import Base

from doorward.imagery.pdq import ALL_ORIENTATIONS, Orientation, Profile, hash_luma, hash_rgb, orientations
from doorward.imagery.pdq.fallback import nearest_512, turned
from support.pdq import Pixels, contents, reference
from support.pictures import photograph


def as_shown(pixels: Pixels, orientation: Orientation) -> Pixels:
    """What a viewer shows of a file with this EXIF orientation, by Pillow."""
    picture = Image.fromarray(pixels)
    picture.getexif()[Base.Orientation] = int(orientation)
    return np.asarray(ImageOps.exif_transpose(picture))


@pytest.mark.parametrize("orientation", Orientation)
def test_the_numbers_are_exif_s(orientation: Orientation) -> None:
    pixels = np.asarray(photograph("chelsea.png", (90, 60)))
    assert np.array_equal(turned(pixels, orientation), as_shown(pixels, orientation))


@pytest.mark.parametrize("name", ["astronaut.png", "coffee.png", "chelsea.png", "text.png", "logo.png"])
def test_each_orientation_is_the_hash_of_the_turned_picture(name: str) -> None:
    for size in ((64, 64), (300, 211), (640, 480)):
        pixels = np.asarray(photograph(name, size))
        hashes = orientations(pixels)
        assert set(hashes) == ALL_ORIENTATIONS
        for orientation, hashed in hashes.items():
            assert hashed == reference(as_shown(pixels, orientation)), orientation


@given(height=st.integers(5, 80), width=st.integers(5, 80), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None)
def test_small_arrays_of_all_kinds_too(height: int, width: int, seed: int) -> None:
    for pixels in contents(height, width, seed):
        for orientation, hashed in orientations(pixels).items():
            assert hashed == reference(turned(pixels, orientation)), orientation


def test_only_what_is_wanted_is_returned() -> None:
    pixels = np.asarray(photograph("coffee.png", (200, 120)))
    wanted = {Orientation.TURNED_LEFT, Orientation.MIRRORED}
    hashes = orientations(pixels, wanted)
    assert hashes == {orientation: orientations(pixels)[orientation] for orientation in wanted}
    assert orientations(pixels, ()) == {}


def test_luma_can_be_turned_too() -> None:
    pixels = np.asarray(photograph("coffee.png", (200, 120)))[:, :, 0]
    for orientation, hashed in orientations(pixels).items():
        assert hashed == reference(turned(pixels, orientation))


@pytest.mark.parametrize("size", [(513, 300), (300, 700), (1000, 600), (1600, 1200), (2000, 9)])
def test_the_profile_nearest_512_hashes_the_picked_pixels(size: tuple[int, int]) -> None:
    pixels = np.asarray(photograph("rocket.jpg", size))
    picked = nearest_512(pixels)
    assert picked.shape == (512, 512, 3)
    assert np.array_equal(picked[100, 400], pixels[100 * size[1] // 512, 400 * size[0] // 512])
    assert hash_rgb(pixels, Profile.NEAREST_512) == reference(picked)
    assert hash_luma(pixels[:, :, 2], Profile.NEAREST_512) == reference(picked[:, :, 2])


@pytest.mark.parametrize("size", [(512, 512), (511, 20), (300, 400)])
def test_pictures_that_fit_into_512_have_one_hash_in_both_profiles(size: tuple[int, int]) -> None:
    pixels = np.asarray(photograph("rocket.jpg", size))
    assert hash_rgb(pixels, Profile.NEAREST_512) == hash_rgb(pixels)


def test_pixels_are_picked_after_turning() -> None:
    pixels = np.asarray(photograph("chelsea.png", (777, 600)))
    for orientation, hashed in orientations(pixels, profile=Profile.NEAREST_512).items():
        assert hashed == reference(nearest_512(turned(pixels, orientation))), orientation


def test_a_flat_picture_in_every_orientation() -> None:
    pixels = np.full((130, 200, 3), 93, np.uint8)
    for orientation, hashed in orientations(pixels).items():
        assert hashed == reference(turned(pixels, orientation))
