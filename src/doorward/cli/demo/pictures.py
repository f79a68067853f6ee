"""The pictures of the demo: photographs that come with scikit-image, and copies as people share them."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from doorward.imagery.canary import png as canary_png

LISTED = ("coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png")
UNLISTED = ("coins.png", "hubble_deep_field.jpg", "gravel.png")
EXIF_ORIENTATION = 0x0112
TURNED_RIGHT = 6  # a viewer turns the stored pixels a quarter to the right


class SamplesMissing(Exception):
    """scikit-image, whose sample photographs the demo shows, is not installed."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file that is brought to the door, and what it is, in words."""

    filename: str
    what: str
    data: bytes


def listed_pictures() -> dict[str, bytes]:
    """The photographs that the demo's list knows, by file name."""
    return {name: _sample(name) for name in LISTED}


def exhibits() -> Iterator[Exhibit]:
    """Every file of the demo, in the order of the table."""
    yield Exhibit("coffee.png", "a listed photograph, byte for byte", _sample("coffee.png"))
    yield Exhibit("coffee-q40.jpg", "the same, JPEG at quality 40", _jpeg("coffee.png", quality=40))
    yield Exhibit("chelsea-half.webp", "a listed one at half its size, WebP", _half("chelsea.png"))
    yield Exhibit("rocket-grey.png", "a listed one without its colours", _grey("rocket.jpg"))
    yield Exhibit(
        "motorcycle-turned.jpg", "a listed one, stored turned (EXIF)", _turned("motorcycle_left.png")
    )
    for name in UNLISTED:
        yield Exhibit(name, "an unlisted photograph", _sample(name))
    yield Exhibit("canary.png", "the canary: every gate must stop it", canary_png())
    yield Exhibit("canary-small.jpg", "the canary at half its size, JPEG", _small_canary())
    yield Exhibit("broken.jpg", "an unlisted one, cut off half way", _cut_off("gravel.png"))
    yield Exhibit("holiday.jpg", "a text file called .jpg", b"This is not a picture.\n")


def _sample(name: str) -> bytes:
    try:
        import skimage
    except ModuleNotFoundError as error:
        raise SamplesMissing(
            "the demo shows photographs that come with scikit-image, which is not installed. "
            'Install it with `pip install "doorward[demo]"`.'
        ) from error
    return (Path(skimage.__file__).parent / "data" / name).read_bytes()


def _open(name: str) -> Image.Image:
    return Image.open(io.BytesIO(_sample(name))).convert("RGB")


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _jpeg(name: str, quality: int) -> bytes:
    return _saved(_open(name), "JPEG", quality=quality)


def _half(name: str) -> bytes:
    picture = _open(name)
    return _saved(picture.resize((picture.width // 2, picture.height // 2)), "WEBP")


def _grey(name: str) -> bytes:
    return _saved(_open(name).convert("L"), "PNG")


def _turned(name: str) -> bytes:
    """Stored a quarter turned to the left, with the note that viewers shall turn it back."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = TURNED_RIGHT
    return _saved(_open(name).transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif)


def _small_canary() -> bytes:
    picture = Image.open(io.BytesIO(canary_png())).convert("RGB")
    return _saved(picture.resize((picture.width // 2, picture.height // 2)), "JPEG", quality=50)


def _cut_off(name: str) -> bytes:
    whole = _jpeg(name, quality=90)
    return whole[: len(whole) // 2]
