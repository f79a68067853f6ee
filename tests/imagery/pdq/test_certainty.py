"""The two passes by themselves: the faithful one is always right, the linear one wherever it is certain."""

import numpy as np
import pdqhash
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward._native import pdq_instruction_sets, pdq_streamed, pdq_transform
from doorward.imagery.pdq import Orientation
from doorward.imagery.pdq.fallback import nearest_512, turned
from support.pdq import Pixels, by_the_faithful_pass, by_the_linear_pass, contents, reference
from support.pictures import photograph

SHAPES = st.tuples(st.integers(5, 140), st.integers(5, 140))
SEEDS = st.integers(0, 2**32 - 1)
PHOTOGRAPHS = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "rocket.jpg",
    "retina.jpg",
    "ihc.png",
    "moon.png",
)


@given(shape=SHAPES, seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_the_faithful_pass_alone_is_the_reference(shape: tuple[int, int], seed: int) -> None:
    for pixels in contents(*shape, seed):
        for orientation, hashed in by_the_faithful_pass(pixels).items():
            assert hashed == reference(turned(pixels, orientation))


@given(shape=SHAPES, seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_the_faithful_pass_has_the_very_floats_of_the_reference(shape: tuple[int, int], seed: int) -> None:
    for pixels in contents(*shape, seed):
        _, frequencies = pdq_transform(pixels, True)
        of_the_reference, _ = pdqhash.compute_float(pixels)
        assert np.array_equal(frequencies.ravel()[::-1], np.asarray(of_the_reference))


@pytest.mark.parametrize(
    "red", [0, 1, 77, 255, *(pytest.param(red, marks=pytest.mark.campaign) for red in range(256))]
)
@pytest.mark.parametrize("instructions", pdq_instruction_sets())
def test_the_luma_of_every_colour_is_the_float_of_the_reference(red: int, instructions: str) -> None:
    green, blue = np.divmod(np.arange(2**16), 256)
    colours = np.stack([np.full(2**16, red), green, blue], axis=-1).astype(np.uint8)
    for pixels in colours.reshape(16, 64, 64, 3):  # a picture of 64x64 is not filtered
        small, _ = pdq_transform(pixels, True, instructions)
        doubles = pixels[:, :, 0] * 0.299 + pixels[:, :, 1] * 0.587 + pixels[:, :, 2] * 0.114
        assert np.array_equal(small, doubles.astype(np.float32))


@given(shape=SHAPES, seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_the_linear_pass_is_right_where_it_says_that_it_is_certain(shape: tuple[int, int], seed: int) -> None:
    for pixels in contents(*shape, seed):
        hashed, certain = by_the_linear_pass(pixels)
        assert hashed == reference(pixels) or not certain


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(300))
def test_the_linear_pass_is_right_about_large_pictures_too(seed: int) -> None:
    random = np.random.default_rng(seed)
    height, width = (int(side) for side in 2 ** random.uniform(3, 11.5, 2))
    for pixels in contents(height, width, seed):
        hashed, certain = by_the_linear_pass(pixels)
        assert hashed == by_the_reference_s_rounding(pixels) or not certain


def by_the_reference_s_rounding(pixels: Pixels) -> object:
    return by_the_faithful_pass(pixels)[Orientation.UPRIGHT]


def test_photographs_are_mostly_certain() -> None:
    """A count of work: the faithful pass costs several times as much, and a JPEG's second decoding."""
    certain = [
        by_the_linear_pass(np.asarray(photograph(name, (side, side * 3 // 4))))[1]
        for name in PHOTOGRAPHS
        for side in (320, 400, 512, 640, 800)
    ]
    assert sum(certain) >= 0.8 * len(certain)


@pytest.mark.parametrize("grey", [0, 90, 255])
def test_flat_pictures_are_never_certain(grey: int) -> None:
    _, certain = by_the_linear_pass(np.full((300, 200, 3), grey, np.uint8))
    assert not certain


@pytest.mark.parametrize("instructions", pdq_instruction_sets())
@pytest.mark.parametrize("shape", [(5, 7), (64, 64), (131, 40), (200, 333), (515, 1023)])
def test_every_instruction_set_computes_the_same_numbers(instructions: str, shape: tuple[int, int]) -> None:
    for pixels in contents(*shape, seed=5):
        for layers in (pixels, pixels[:, :, :1].copy()):
            for faithful in (False, True):
                for numbers, portable in zip(
                    pdq_transform(layers, faithful, instructions),
                    pdq_transform(layers, faithful, "portable"),
                    strict=True,
                ):
                    assert np.array_equal(numbers, portable)


def test_an_instruction_set_that_is_not_here_is_refused() -> None:
    with pytest.raises(ValueError, match="no such instruction set"):
        pdq_transform(np.zeros((5, 5, 3), np.uint8), False, "abacus")


def test_the_exact_64x64_is_that_of_the_boxes_applied_one_after_the_other() -> None:
    pixels = next(contents(300, 517, seed=2))
    small, _ = pdq_transform(pixels, False)
    luma = pixels @ np.array([0.299, 0.587, 0.114])
    for _ in range(2):
        luma = boxes_along_columns(boxes_along_columns(luma.T).T)
    rows, columns = ((2 * np.arange(64) + 1) * side // 128 for side in luma.shape)
    assert np.allclose(small, luma[np.ix_(rows, columns)], rtol=0, atol=1e-10)


def boxes_along_columns(values: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> np.ndarray:
    side = len(values)
    window = -(-side // 128)
    ahead, behind = window // 2, window - 1 - window // 2
    return np.array([values[max(0, y - behind) : y + ahead + 1].mean(axis=0) for y in range(side)])


def test_both_passes_stream_the_profile_of_picked_pixels() -> None:
    pixels = np.asarray(photograph("coffee.png", (700, 530)))
    for faithful in (False, True):
        for number, bits, quality, certain in pdq_streamed(pixels, True, 0xFF, faithful):
            hashed = reference(nearest_512(turned(pixels, Orientation(number))))
            assert (bits, quality) == (hashed.bits, hashed.quality) or not certain


@pytest.mark.parametrize("shape", [(4, 5, 3), (5, 4, 3), (0, 0, 3), (9, 9, 2), (9, 9, 4), (131_073, 5, 1)])
def test_shapes_that_have_no_pdq_are_refused_by_the_kernel(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"PDQ|channel|131,072"):
        pdq_streamed(np.zeros(shape, np.uint8), False, 1, False)
