"""JPEGs without the detour over a picture in memory: the same answers as Pillow's, from the worker too."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from doorward.bodies import MemoryBody
from doorward.detectors import Deadline
from doorward.findings import Cause, Variant
from doorward.imagery.decoding.answers import Decoded
from doorward.imagery.decoding.jpeg import JpegDecoder
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.decoding.picture import DECODERS
from doorward.imagery.decoding.pillow import PillowDecoder
from doorward.imagery.pdq import LUMA_MARGIN_BITS
from doorward.imagery.pdq.jpeg import JpegPath, jpeg_path
from doorward.imagery.sniff import MediaType
from support.decoders import RunningPool
from support.files import flipped, jpeg_claiming
from support.jpegs import all_makes, scans_of, turned, with_scans
from support.pictures import drawn, photograph, sample, saved

LUMA_ALWAYS = Limits(luma_from_pixels=1)
needs_rows = pytest.mark.skipif(jpeg_path() is not JpegPath.ROWS, reason="built without libjpeg")


class NoPillow(PillowDecoder):
    """Fails the test if it is asked."""

    def decode(self, data: memoryview, media_type: MediaType, limits: Limits) -> Decoded:
        raise AssertionError("this JPEG was left to Pillow")


def look(data: bytes, limits: Limits = Limits()) -> Decoded:
    """The new decoder's answer, without its timings."""
    answer = JpegDecoder().decode(memoryview(data), MediaType.JPEG, limits)
    return replace(answer, timings_ms={})


def pillow(data: bytes, limits: Limits = Limits()) -> Decoded:
    """The old decoder's answer, without its timings."""
    answer = PillowDecoder().decode(memoryview(data), MediaType.JPEG, limits)
    return replace(answer, timings_ms={})


def multi_picture() -> bytes:
    """A file with an MPO index and a second picture, as phones write them."""
    out = io.BytesIO()
    first, second = photograph("coffee.png"), photograph("chelsea.png")
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def test_jpegs_come_to_this_decoder_first() -> None:
    first = next(decoder for decoder in DECODERS if MediaType.JPEG in decoder.media_types)
    assert isinstance(first, JpegDecoder)


@pytest.mark.parametrize("name", ["coffee.png", "color.png"])
def test_every_make_of_jpeg_has_the_answer_that_pillow_gives(name: str) -> None:
    for data in all_makes(name, (203, 150)):
        assert look(data) == pillow(data)


@needs_rows
def test_makes_that_are_common_do_not_go_by_way_of_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doorward.imagery.decoding.jpeg.PillowDecoder", NoPillow)
    common = (
        *all_makes("coffee.png", (120, 90)),
        sample("rocket.jpg"),
        sample("retina.jpg"),
        multi_picture(),
    )
    assert all(look(data).renderings for data in common)


@pytest.mark.parametrize("orientation", range(10))
def test_a_turned_camera_gives_the_renderings_that_pillow_gives(orientation: int) -> None:
    data = turned(sample("rocket.jpg"), orientation)
    assert look(data) == pillow(data)
    variants = [each.variant for each in look(data).renderings]
    upright = [Variant.PLAIN, Variant.EXIF_ORIENTED] if 2 <= orientation <= 8 else [Variant.PLAIN]
    assert variants == upright


def test_a_file_of_several_pictures_is_its_first_as_it_is_for_pillow() -> None:
    assert look(multi_picture()) == pillow(multi_picture())
    assert look(multi_picture()).frames == 1


def unusual() -> dict[str, bytes]:
    """Files that are damaged, rare, tiny, or not what they say."""
    good, cup = sample("rocket.jpg"), photograph("coffee.png")
    progressive = saved(cup, "JPEG", progressive=True)
    torn_exif = saved(cup, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    return {
        "cut in half": good[: len(good) // 2],
        "cut within its header": good[:60],
        "progressive, cut in half": progressive[: len(progressive) // 2],
        "progressive, never refined": progressive[: scans_of(progressive)[3]] + good[-2:],
        "no end mark": good[:-2],
        "a wrong byte": flipped(good, len(good) // 2),
        "cmyk": saved(cup.convert("CMYK"), "JPEG"),
        "one pixel": saved(drawn(1, (1, 1)), "JPEG"),
        "four pixels wide": saved(drawn(1, (4, 200)), "JPEG"),
        "five pixels wide": saved(drawn(1, (5, 200)), "JPEG"),
        "of one colour": saved(Image.new("RGB", (300, 200), (200, 30, 30)), "JPEG"),
        "torn exif": torn_exif,
        "tail": good + b"PK\x03\x04",
        "taller than it is": jpeg_claiming(good, 640, 4_000),
        "too large": jpeg_claiming(good, 65_500, 65_500),
    }


@pytest.mark.parametrize("name", unusual())
def test_whatever_is_unusual_has_the_answer_that_pillow_gives(name: str) -> None:
    data = unusual()[name]
    assert look(data) == pillow(data)
    assert look(data, LUMA_ALWAYS).problems == pillow(data).problems


def test_the_limit_of_pixels_is_that_of_pillow() -> None:
    data = saved(drawn(3, (101, 100)), "JPEG")
    assert look(data, Limits(max_pixels=10_099)) == pillow(data, Limits(max_pixels=10_099))
    assert look(data, Limits(max_pixels=10_100)).renderings


@needs_rows
def test_a_bomb_of_scans_is_over_the_limit_and_says_so() -> None:
    (problem,) = look(with_scans(saved(drawn(2), "JPEG", progressive=True), 101)).problems
    assert problem.cause is Cause.OVER_LIMIT
    assert "more than 100 passes" in problem.reason


def test_luma_is_for_large_pictures_only_and_says_that_it_is_not_exact() -> None:
    data = turned(sample("rocket.jpg"), 6)
    width, height = Image.open(io.BytesIO(data)).size
    exact = look(data, Limits(luma_from_pixels=width * height + 1))
    luma = look(data, Limits(luma_from_pixels=width * height))
    assert exact == look(data)
    assert all(each.exact for each in exact.renderings)
    assert not any(each.exact for each in luma.renderings)
    for near, there in zip(luma.renderings, exact.renderings, strict=True):
        assert near.variant is there.variant
        apart = int.from_bytes(near.pdq) ^ int.from_bytes(there.pdq)
        assert apart.bit_count() <= LUMA_MARGIN_BITS


@pytest.mark.parametrize("pool", [{"luma_from_megapixels": 0.1}], indirect=True)
def test_a_worker_hashes_from_luma_unless_it_is_asked_to_be_exact(pool: RunningPool) -> None:
    data = sample("rocket.jpg")

    async def decode(exact: bool) -> Decoded:
        with MemoryBody.of(data) as body:
            return await pool.pool.decode(body, Deadline.after(60.0, pool.clock), exact=exact)

    (luma,), (exact,) = pool.run(decode(False)).renderings, pool.run(decode(True)).renderings
    assert (luma.exact, exact.exact) == (False, True)
    assert exact == look(data).renderings[0]


def test_a_torn_file_is_never_hashed_from_luma() -> None:
    data = sample("rocket.jpg")
    assert all(each.exact for each in look(data[: len(data) // 2], LUMA_ALWAYS).renderings)
