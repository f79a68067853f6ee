"""From a JPEG's bytes to its hash: the same as from Pillow's pixels, or no hash at all."""

import functools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from doorward.imagery.pdq import LUMA_MARGIN_BITS, Orientation, PdqHash, Profile, hash_rgb
from doorward.imagery.pdq import jpeg as jpeg_module
from doorward.imagery.pdq.jpeg import (
    MAX_SCANS,
    Colour,
    JpegHashes,
    JpegPath,
    TooManyScans,
    hash_jpeg,
    jpeg_path,
)
from doorward.imagery.pdq.jpeg_array import hash_array
from support.files import jpeg_claiming
from support.jpegs import (
    all_makes,
    luma_of,
    pixels_of,
    reference_of,
    scans_of,
    with_sampling,
    with_scans,
)
from support.pictures import drawn, photograph, sample, saved

native = pytest.importorskip("doorward._native")
needs_libjpeg = pytest.mark.skipif(not hasattr(native, "jpeg_pixels"), reason="built without libjpeg")

GOOD, UNUSUAL, TOO_MANY_PIXELS = 0, 2, 3
ODD_SIZES = [(1, 9), (9, 1), (17, 5), (33, 47), (64, 65), (161, 100)]
NAMES = ("coffee.png", "chelsea.png", "color.png", "rocket.jpg")


def plain(data: bytes, colour: Colour = Colour.EXACT) -> tuple[bytes, int]:
    """Hash and quality of the picture as it is stored."""
    hashed = hash_jpeg(data, colour)
    assert hashed is not None
    return _pair(hashed.hashes[Orientation.UPRIGHT])


def _pair(hashed: PdqHash) -> tuple[bytes, int]:
    return hashed.bits, hashed.quality


def bits_apart(first: bytes, second: bytes) -> int:
    return (int.from_bytes(first) ^ int.from_bytes(second)).bit_count()


def outcome_of(data: bytes, max_pixels: int = 10**9) -> int:
    """How decoding by the native rows ends."""
    outcome: int = native.jpeg_pixels(np.frombuffer(data, np.uint8), False, max_pixels)[0]
    return outcome


def rows_of(data: bytes, *, luma: bool = False) -> NDArray[np.uint8]:
    """The native rows, `uint8[height, width, 3]` or luma, `uint8[height, width]`."""
    outcome, width, height, rows = native.jpeg_pixels(np.frombuffer(data, np.uint8), luma, 10**9)
    assert outcome == GOOD
    return np.frombuffer(rows, np.uint8).reshape((height, width) if luma else (height, width, 3))


@needs_libjpeg
@pytest.mark.parametrize("size", ODD_SIZES)
def test_rows_are_the_pixels_that_pillow_decodes(size: tuple[int, int]) -> None:
    for data in all_makes("color.png", size):
        assert np.array_equal(rows_of(data), pixels_of(data))


@needs_libjpeg
def test_luma_is_the_luma_plane_as_it_is_stored() -> None:
    for sampling in ("444", "422", "420", "440", "411"):
        data = with_sampling("color.png", (161, 99), 60, sampling)
        assert np.array_equal(rows_of(data, luma=True), luma_of(data))


@pytest.mark.parametrize("name", NAMES)
def test_hash_and_quality_are_those_of_the_reference(name: str) -> None:
    for data in all_makes(name, (200, 151)):
        if jpeg_path() is JpegPath.ROWS or hash_jpeg(data) is not None:
            assert plain(data) == reference_of(pixels_of(data))


@pytest.mark.parametrize("colour", Colour)
def test_every_profile_and_orientation_comes_from_one_look(colour: Colour) -> None:
    data = with_sampling("coffee.png", (600, 530), 80, "420")
    grey = np.repeat(luma_of(data)[:, :, None], 3, axis=2)
    pixels = pixels_of(data) if colour is Colour.EXACT else grey
    for profile in Profile:
        hashed = hash_jpeg(data, colour, profile=profile, wanted=Orientation)
        assert hashed is not None
        assert set(hashed.hashes) == set(Orientation)
        assert hashed.hashes[Orientation.UPRIGHT] == hash_rgb(pixels, profile)
        mirrored = np.ascontiguousarray(pixels[:, ::-1])
        assert hashed.hashes[Orientation.MIRRORED] == hash_rgb(mirrored, profile)


@needs_libjpeg
def test_where_the_fast_hash_is_not_certain_the_file_is_decoded_again() -> None:
    stripes = np.tile(np.arange(0, 250, dtype=np.uint8), (200, 1))  # nothing changes from top to bottom
    data = saved(Image.fromarray(stripes).convert("RGB"), "JPEG")
    hashed = hash_jpeg(data)
    assert hashed is not None
    assert hashed.repeated
    assert _pair(hashed.hashes[Orientation.UPRIGHT]) == reference_of(pixels_of(data))


def test_luma_lies_within_its_margin_of_the_exact_hash() -> None:
    for name in NAMES:
        for data in all_makes(name, (320, 240)):
            if hash_jpeg(data, Colour.LUMA) is not None:
                assert bits_apart(plain(data)[0], plain(data, Colour.LUMA)[0]) <= LUMA_MARGIN_BITS


@pytest.mark.parametrize("way", [JpegPath.ROWS, JpegPath.ARRAY])
def test_a_file_without_a_luma_plane_is_hashed_exactly_even_if_luma_would_do(way: JpegPath) -> None:
    for data in (
        saved(photograph("coffee.png").convert("L"), "JPEG"),
        saved(photograph("coffee.png"), "JPEG", keep_rgb=True),
    ):
        hashed = by(way)(data, Colour.LUMA)
        assert hashed is not None
        assert hashed.exact
        assert _pair(hashed.hashes[Orientation.UPRIGHT]) == reference_of(pixels_of(data))


def by(way: JpegPath) -> "functools.partial[JpegHashes | None]":
    """`hash_jpeg` on a way that this installation would perhaps not take."""
    if way is JpegPath.ROWS:
        if jpeg_path() is not JpegPath.ROWS:
            pytest.skip("built without libjpeg")
        return functools.partial(hash_jpeg)
    return functools.partial(
        hash_array, profile=Profile.FULL, wanted=frozenset((Orientation.UPRIGHT,)), max_pixels=10**9
    )


@needs_libjpeg
def test_arrays_and_rows_lead_to_the_same_hashes() -> None:
    for data in all_makes("chelsea.png", (150, 111)):
        for colour in Colour:
            by_array = by(JpegPath.ARRAY)(data, colour)
            assert by_array is None or by_array.hashes == by(JpegPath.ROWS)(data, colour).hashes  # type: ignore[union-attr]


def test_an_extension_without_libjpeg_takes_the_way_by_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sample("rocket.jpg")
    expected = plain(data)
    monkeypatch.setattr(jpeg_module, "_native", lambda: None)
    jpeg_path.cache_clear()
    try:
        assert jpeg_path() is JpegPath.ARRAY
        assert plain(data) == expected
        monkeypatch.setitem(sys.modules, "simplejpeg", None)
        jpeg_path.cache_clear()
        assert jpeg_path() is JpegPath.PILLOW
        assert hash_jpeg(data) is None
    finally:
        jpeg_path.cache_clear()


@pytest.mark.parametrize("way", [JpegPath.ROWS, JpegPath.ARRAY])
def test_what_is_unusual_or_damaged_or_no_jpeg_is_left_to_others(way: JpegPath) -> None:
    good = sample("rocket.jpg")
    bad = {
        "empty": b"",
        "two bytes": good[:2],
        "header only": good[:600],
        "cut in half": good[: len(good) // 2],
        "no end mark": good[:-2],
        "cmyk": saved(photograph("coffee.png").convert("CMYK"), "JPEG"),
        "png": sample("coffee.png"),
        "too small": saved(drawn(1, (4, 300)), "JPEG"),
    }
    assert [name for name, data in bad.items() if by(way)(data, Colour.EXACT) is not None] == []


@pytest.mark.parametrize("way", [JpegPath.ROWS, JpegPath.ARRAY])
def test_what_stands_behind_the_end_of_a_picture_changes_nothing(way: JpegPath) -> None:
    hashed = by(way)(sample("rocket.jpg") + b"tail", Colour.EXACT)
    assert hashed is not None
    assert hashed.hashes == by(way)(sample("rocket.jpg"), Colour.EXACT).hashes  # type: ignore[union-attr]


@needs_libjpeg
def test_a_claim_of_too_many_pixels_is_refused_from_the_header() -> None:
    lying = jpeg_claiming(sample("rocket.jpg"), 65_500, 65_500)
    assert outcome_of(lying, 64_000_000) == TOO_MANY_PIXELS
    assert hash_jpeg(lying, max_pixels=64_000_000) is None


@needs_libjpeg
def test_a_progressive_file_that_lacks_its_refinements_is_left_to_pillow() -> None:
    data = saved(photograph("coffee.png"), "JPEG", progressive=True)
    unrefined = data[: scans_of(data)[-1]] + data[-2:]
    assert outcome_of(unrefined) == UNUSUAL


@needs_libjpeg
@pytest.mark.parametrize("spoilt", [False, True])
def test_a_file_of_a_thousand_scans_is_refused_before_any_is_decoded(spoilt: bool) -> None:
    data = with_scans(saved(drawn(2), "JPEG", progressive=True), 1_000)
    if spoilt:  # a warning of the library would hand the file to a decoder that does not count
        data = data[:2] + b"\xff\xfe\x00\x04abjunk" + data[2:]
    with pytest.raises(TooManyScans):
        hash_jpeg(data)


@needs_libjpeg
def test_scans_are_counted_as_a_decoder_would_meet_them() -> None:
    thumbnail = with_scans(saved(drawn(3, (64, 48)), "JPEG", progressive=True), MAX_SCANS)
    exif = b"Exif\x00\x00" + thumbnail[:60_000]
    inside = saved(drawn(2), "JPEG", progressive=True, exif=exif)
    assert hash_jpeg(inside) is not None
    assert hash_jpeg(inside + thumbnail) is not None


@needs_libjpeg
@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 6), cut=st.booleans(), make=st.integers(0, 37))
def test_a_mangled_file_has_no_hash_or_that_of_its_pixels(
    seed: int, changes: int, cut: bool, make: int
) -> None:
    random = np.random.default_rng(seed)
    makes = _small_makes()
    data = bytearray(makes[make % len(makes)])
    for at in random.integers(2, len(data), changes):
        data[at] = random.integers(0, 256)
    if cut:
        data = data[: random.integers(2, len(data))]
    try:
        hashed = hash_jpeg(bytes(data), max_pixels=1_000_000)
    except TooManyScans:
        return
    if hashed is not None:
        assert _pair(hashed.hashes[Orientation.UPRIGHT]) == reference_of(pixels_of(bytes(data)))


@functools.cache
def _small_makes() -> tuple[bytes, ...]:
    return tuple(all_makes("chelsea.png", (48, 37)))


PEAK = """
import sys
from doorward.imagery.pdq.jpeg import Colour, hash_jpeg

def kilobytes(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name))

data, small = (open(name, "rb").read() for name in sys.argv[1:3])
for colour in Colour:
    hash_jpeg(small, colour)
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")  # forget the peak so far
before = kilobytes("VmRSS")
for colour in Colour:
    hashed = hash_jpeg(data, colour)
    assert not hashed.repeated, "a picture of which the fast pass is certain, please"
print(kilobytes("VmHWM") - before)
"""


@needs_libjpeg
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
@pytest.mark.skipif("asan" in os.environ.get("LD_PRELOAD", ""), reason="a sanitizer takes memory of its own")
def test_a_photograph_of_24_megapixels_is_hashed_in_less_than_a_megabyte(tmp_path: Path) -> None:
    large, small = tmp_path / "large.jpg", tmp_path / "small.jpg"
    large.write_bytes(saved(photograph("chelsea.png", (6000, 4000)), "JPEG", quality=80))
    small.write_bytes(saved(photograph("chelsea.png"), "JPEG"))
    command = [sys.executable, "-c", PEAK, str(large), str(small)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1024
