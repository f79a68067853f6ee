"""Animations: counted without decoding, sampled evenly, every sample seen as painted."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from doorward.findings import Cause, Variant
from doorward.imagery.decoding.frames import sampled
from doorward.imagery.decoding.gif import count_frames
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.fingerprint import fingerprint
from support.pictures import drawn, photograph, sample, saved


def animation(kind: str, frames: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """Different drawings, one after the other."""
    first, *rest = (drawn(seed, size) for seed in range(frames))
    return saved(first, kind, save_all=True, append_images=rest, duration=50)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_frames_are_sampled_evenly_in_every_animated_format(kind: str) -> None:
    looked = fingerprint(animation(kind, 9), Limits(frames_sampled=3))
    assert looked.problems == ()
    assert looked.decoded.frames == 9
    assert [each.frame for each in looked.renderings] == [0, 4, 8]
    assert [each.variant for each in looked.renderings] == [Variant.PLAIN, Variant.FRAME, Variant.FRAME]


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_a_photograph_in_a_later_frame_is_seen(kind: str) -> None:
    hidden = photograph("coffee.png", (300, 200))
    data = saved(drawn(1, (300, 200)), kind, save_all=True, append_images=[drawn(2, (300, 200)), hidden])
    last = fingerprint(data).renderings[-1]
    alone = fingerprint(saved(hidden, "PNG")).renderings[0]
    assert last.frame == 2
    assert (int.from_bytes(last.pdq) ^ int.from_bytes(alone.pdq)).bit_count() <= 10


def test_of_a_jpeg_with_further_pictures_the_one_that_viewers_show_is_seen() -> None:
    first, further = photograph("coffee.png"), photograph("chelsea.png")
    looked = fingerprint(saved(first, "MPO", save_all=True, append_images=[further]))
    assert looked.problems == ()
    assert looked.pdq == fingerprint(saved(first, "JPEG")).pdq
    assert len(looked.renderings) == 1


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_an_animation_with_more_frames_than_allowed_is_over_the_limit(kind: str) -> None:
    data = animation(kind, 7)
    (problem,) = fingerprint(data, Limits(max_frames=6)).problems
    assert problem.cause is Cause.OVER_LIMIT
    assert "imagery.max_frames" in problem.reason
    assert fingerprint(data, Limits(max_frames=7)).problems == ()


def test_frames_for_which_there_is_no_time_are_named_and_the_first_is_seen() -> None:
    looked = fingerprint(animation("GIF", 9), Limits(time_s=1e-9))
    (problem,) = looked.problems
    assert problem.cause is Cause.TIMEOUT
    assert "frame 3 of 9" in problem.reason
    assert [each.frame for each in looked.renderings] == [0]


def test_a_way_to_see_for_which_there_is_no_time_is_missed_aloud() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    looked = fingerprint(saved(photograph("coffee.png"), "PNG", exif=exif), Limits(time_s=1e-9))
    assert [each.variant for each in looked.renderings] == [Variant.PLAIN]
    assert [problem.cause for problem in looked.problems] == [Cause.TIMEOUT]


def test_a_gif_torn_in_a_later_frame_is_seen_up_to_there_and_flagged() -> None:
    data = animation("GIF", 5, (200, 150))
    looked = fingerprint(data[: len(data) * 7 // 10])
    assert [problem.cause for problem in looked.problems] == [Cause.TRUNCATED]
    assert len(looked.renderings) >= 3


@settings(max_examples=25, deadline=None)
@given(frames=st.integers(1, 30), at_most=st.integers(1, 40))
def test_gif_frames_are_counted_as_pillow_counts_them_up_to_the_limit(frames: int, at_most: int) -> None:
    data = animation("GIF", frames, (8, 8))
    pillow = getattr(Image.open(io.BytesIO(data)), "n_frames", 1)
    assert count_frames(data, at_most) == min(pillow, at_most)


def test_a_gif_from_elsewhere_is_counted_alike() -> None:
    data = sample("no_time_for_that_tiny.gif")
    assert count_frames(data, 1000) == getattr(Image.open(io.BytesIO(data)), "n_frames", 0) == 24


@given(st.binary(max_size=200), st.integers(0, 50))
def test_counting_ends_on_any_bytes(tail: bytes, at_most: int) -> None:
    assert 0 <= count_frames(b"GIF89a" + tail, at_most) <= at_most


@given(frames=st.integers(1, 1000), at_most=st.integers(1, 50))
def test_samples_are_distinct_in_order_and_reach_both_ends(frames: int, at_most: int) -> None:
    chosen = sampled(frames, at_most)
    assert list(chosen) == sorted(set(chosen))
    assert len(chosen) == min(frames, at_most)
    assert chosen[0] == 0
    assert at_most == 1 or chosen[-1] == frames - 1
