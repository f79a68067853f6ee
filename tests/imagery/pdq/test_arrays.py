"""What may be given to the hash functions, and what they say to anything else."""

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from structlog.testing import capture_logs

from doorward.imagery import native
from doorward.imagery.pdq import Orientation, Profile, UnhashablePixels, hash_luma, hash_rgb, orientations
from doorward.imagery.pdq.fallback import hashes as by_the_fallback
from doorward.imagery.pdq.kernel import MAX_SIDE_PIXELS, native_hashes
from support.pdq import reference
from support.pictures import photograph


@pytest.fixture
def fresh_kernel() -> Iterator[None]:
    native.problem.cache_clear()
    yield
    native.problem.cache_clear()


def test_views_of_any_layout_are_hashed_as_what_they_show() -> None:
    pixels = np.asarray(photograph("astronaut.png", (300, 240)))
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1)).transpose(1, 2, 0)
    assert hash_rgb(planes) == hash_rgb(np.asfortranarray(pixels)) == reference(pixels)
    for view in (pixels[::2, 1::3], pixels[:, ::-1], pixels[20:200, 30:250], pixels.transpose(1, 0, 2)):
        assert hash_rgb(view) == reference(view)
    assert hash_luma(pixels[:, :, 0]) == reference(pixels[:, :, 0])


def test_a_read_only_array_is_hashed() -> None:
    pixels = np.frombuffer(np.asarray(photograph("coffee.png", (100, 80))).tobytes(), np.uint8)
    assert hash_rgb(pixels.reshape(80, 100, 3)) == reference(pixels.reshape(80, 100, 3))


def test_luma_is_hashed_as_three_equal_channels() -> None:
    luma = np.asarray(photograph("moon.png", (400, 300)).convert("L"))
    assert hash_luma(luma) == hash_rgb(np.stack([luma] * 3, axis=-1))


@pytest.mark.parametrize("shape", [(4, 100), (100, 4), (1, 1), (0, 0), (0, 50)])
def test_below_five_pixels_a_side_there_is_nothing_to_recognise(shape: tuple[int, int]) -> None:
    assert hash_rgb(np.zeros((*shape, 3), np.uint8)) is None
    assert hash_luma(np.zeros(shape, np.uint8)) is None
    assert orientations(np.zeros(shape, np.uint8)) == {}


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((20, 20), np.uint8),
        np.zeros((20, 20, 4), np.uint8),
        np.zeros((20, 20, 1), np.uint8),
        np.zeros((20, 20, 3), np.uint16),
        np.zeros((20, 20, 3), np.float32),
        np.zeros((20, 20, 3), np.int8),
        np.zeros((2, 20, 20, 3), np.uint8),
        np.zeros(60, np.uint8),
    ],
)
def test_arrays_that_are_no_rgb_picture_are_refused_by_name(pixels: np.ndarray) -> None:
    with pytest.raises(UnhashablePixels, match=r"uint8\[height, width, 3\]") as error:
        hash_rgb(pixels)
    assert str(pixels.dtype) in str(error.value)


@pytest.mark.parametrize("pixels", [np.zeros((20, 20, 3), np.uint8), np.zeros((20, 20), np.bool_)])
def test_arrays_that_are_no_luma_are_refused_by_name(pixels: np.ndarray) -> None:
    with pytest.raises(UnhashablePixels, match=r"uint8\[height, width\]"):
        hash_luma(pixels)


@pytest.mark.usefixtures("fresh_kernel")
def test_without_the_extension_numpy_answers_and_it_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.asarray(photograph("rocket.jpg", (640, 400)))
    expected = orientations(pixels), hash_rgb(pixels, Profile.NEAREST_512), hash_luma(pixels[:, :, 1])
    native.problem.cache_clear()
    monkeypatch.setitem(sys.modules, "doorward._native", None)
    with capture_logs() as logs:
        found = orientations(pixels), hash_rgb(pixels, Profile.NEAREST_512), hash_luma(pixels[:, :, 1])
    assert found == expected
    assert [log["event"] for log in logs] == ["native_kernels_missing"]


def test_the_fallback_and_the_kernel_agree_in_all_they_can_be_asked() -> None:
    pixels = np.asarray(photograph("ihc.png", (600, 520)))
    for profile in Profile:
        for layers in (pixels, pixels[:, :, :1].copy()):
            wanted = frozenset({Orientation.UPRIGHT, Orientation.TURNED_LEFT, Orientation.FLIPPED})
            assert by_the_fallback(layers, profile, wanted) == native_hashes(layers, profile, wanted)


def test_a_side_beyond_the_kernel_s_reach_is_hashed_all_the_same() -> None:
    pixels = np.arange(5 * (MAX_SIDE_PIXELS + 1) * 3, dtype=np.uint32).astype(np.uint8).reshape(5, -1, 3)
    assert hash_rgb(pixels) == reference(pixels)
