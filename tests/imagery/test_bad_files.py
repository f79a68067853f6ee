"""Files that break, lie, or are no pictures at all: each gets a clear word and none an empty pass."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from doorward.findings import Cause
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.fingerprint import Fingerprint, fingerprint
from doorward.settings import ImagerySettings
from support.files import flipped, jpeg_claiming, png, png_chunks
from support.pictures import drawn, photograph, sample, saved

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,AAAA"/></svg>'


def causes(looked: Fingerprint) -> list[Cause]:
    return [problem.cause for problem in looked.problems]


def archive() -> bytes:
    """A ZIP with a photograph in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("coffee.png", sample("coffee.png"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff", "no known kind"),
        (b"x", "text file"),
        (b"just words, called holiday.jpg", "text file"),
        (b"<!doctype html><img src=x>", "web page"),
        (SVG, "SVG drawing"),
        (archive(), "archive"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "videos"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b"8BPS\x00\x01", "no decoder for this kind of picture"),
    ],
)
def test_what_is_not_a_picture_we_can_open_is_unsupported_and_says_why(data: bytes, said: str) -> None:
    (problem,) = fingerprint(data).problems
    assert problem.cause is Cause.UNSUPPORTED
    assert said in problem.reason
    assert not problem.retry


def test_an_empty_file_is_empty() -> None:
    assert causes(fingerprint(b"")) == [Cause.EMPTY]


def test_a_picture_of_no_pixels_is_undecodable() -> None:
    assert causes(fingerprint(png(0, 0, b""))) == [Cause.UNDECODABLE]


def test_a_picture_of_one_pixel_is_assessed_and_there_is_nothing_to_see() -> None:
    looked = fingerprint(saved(Image.new("RGB", (1, 1), (200, 30, 30)), "PNG"))
    assert (looked.problems, looked.renderings) == ((), ())
    assert (looked.decoded.width, looked.decoded.height) == (1, 1)


def test_a_jpeg_that_claims_65500_pixels_a_side_is_refused_by_its_header() -> None:
    looked = fingerprint(jpeg_claiming(sample("rocket.jpg"), 65_500, 65_500))
    assert causes(looked) == [Cause.OVER_LIMIT]
    assert "more than 64000000 pixels (setting imagery.max_pixels)" in looked.problems[0].reason


def test_a_png_of_400_megapixels_is_refused_by_its_header() -> None:
    """There are no pixels in this file: had it been decoded, it would be called damaged."""
    looked = fingerprint(png(20_000, 20_000, b""))
    assert causes(looked) == [Cause.OVER_LIMIT]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "ICO", "JPEG2000"])
def test_the_limit_of_pixels_holds_in_every_format(kind: str) -> None:
    data = saved(drawn(3, (101, 100)), kind, **({"sizes": [(101, 100)]} if kind == "ICO" else {}))
    assert causes(fingerprint(data, Limits(max_pixels=10_099))) == [Cause.OVER_LIMIT]
    assert causes(fingerprint(data, Limits(max_pixels=10_100))) == []


def test_an_icon_cannot_hide_a_large_picture_behind_a_small_header() -> None:
    icon = saved(drawn(3, (200, 200)), "ICO", sizes=[(200, 200)])
    lying = icon[:6] + bytes([16, 16]) + icon[8:]
    assert causes(fingerprint(lying, Limits(max_pixels=10_000))) == [Cause.OVER_LIMIT]


def test_a_file_over_the_limit_of_bytes_is_not_opened() -> None:
    looked = fingerprint(sample("coffee.png"), Limits(max_bytes=1000))
    assert causes(looked) == [Cause.OVER_LIMIT]
    assert "imagery.max_decode_bytes" in looked.problems[0].reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "BMP"])
def test_a_file_cut_in_half_is_hashed_as_far_as_it_goes_and_flagged(kind: str) -> None:
    data = saved(photograph("coffee.png"), kind)
    looked = fingerprint(data[: len(data) // 2])
    assert causes(looked) == [Cause.TRUNCATED]
    assert looked.renderings[0].quality > 0


@pytest.mark.parametrize("name", ["rocket.jpg", "coffee.png"])
def test_a_file_cut_within_its_header_is_undecodable(name: str) -> None:
    assert causes(fingerprint(sample(name)[:60])) == [Cause.UNDECODABLE]


def test_a_png_that_lacks_only_its_end_is_seen_whole() -> None:
    data = sample("coffee.png")
    assert fingerprint(data[:-12]).pdq == fingerprint(data).pdq


@pytest.mark.parametrize("kind", [b"IHDR", b"IDAT"])
def test_a_wrong_checksum_does_not_hide_the_picture(kind: bytes) -> None:
    data = sample("coffee.png")
    at, length = next((at, length) for each, at, length in png_chunks(data) if each == kind)
    looked = fingerprint(flipped(data, at + length))
    assert looked.pdq == fingerprint(data).pdq
    assert causes(looked) in ([Cause.TRUNCATED], [])


def test_a_corrupt_png_is_flagged_even_where_something_can_be_seen() -> None:
    data = sample("coffee.png")
    looked = fingerprint(flipped(data, len(data) // 2))
    assert causes(looked) == [Cause.TRUNCATED]


def test_a_torn_exif_block_does_not_hide_the_picture() -> None:
    data = saved(photograph("coffee.png"), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert fingerprint(data).pdq == fingerprint(saved(photograph("coffee.png"), "JPEG")).pdq


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP")))
def test_damage_anywhere_gives_an_answer_and_never_silence(seed: int, kind: str) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(saved(drawn(seed % 100, (80, 60)), kind))
    for at in random.integers(12, len(data), 20):
        data[at] = random.integers(0, 256)
    looked = fingerprint(bytes(data[: random.integers(12, len(data) + 1)]), Limits(max_pixels=1_000_000))
    assert looked.renderings or looked.problems or min(looked.decoded.width, looked.decoded.height) < 5


def test_the_limits_of_a_worker_are_by_default_those_of_the_settings() -> None:
    settings, limits = ImagerySettings(), Limits()
    assert limits.max_bytes == settings.max_decode_bytes
    assert limits.max_pixels == settings.max_pixels
    assert limits.max_frames == settings.max_frames
    assert limits.frames_sampled == settings.frames_sampled
    assert limits.time_s == settings.decode_timeout_s
    assert limits.luma_from_pixels == settings.luma_from_megapixels * 1_000_000
