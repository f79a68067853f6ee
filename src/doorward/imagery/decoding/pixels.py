"""Every kind of pixel to 8-bit RGB, and the renderings of one picture.

Where a platform, a viewer and the source of a list disagree about what a picture looks like, each
of their views is a rendering of its own, and all are hashed.
"""

from collections.abc import Iterator

import numpy as np
from PIL import ExifTags, Image
from PIL.Image import Transpose
from PIL.ImageFile import ImageFile

from doorward.findings import Variant

_WITH_ALPHA = frozenset(("RGBA", "LA", "PA", "RGBa", "La"))
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)

# EXIF 2.32 §4.6.4: which way to turn the stored pixels to see them upright.
TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_TURNS_BACK = {**TURNS, 6: Transpose.ROTATE_90, 8: Transpose.ROTATE_270}  # the others undo themselves


def load(image: ImageFile) -> int:
    """Decode the pixels. Returns what the EXIF says of how to turn them: 1 … 8, 1 for "not at all".

    Of a TIFF that must be asked beforehand, because loading drops it; of a PNG afterwards, because asking
    loads the pixels, and a damaged picture would break where it is not expected to.
    """
    before = orientation(image) if image.format == "TIFF" else None
    image.load()
    return orientation(image) if before is None else before


def renderings(image: Image.Image, claimed: int) -> Iterator[tuple[Variant, Image.Image]]:
    """The ways to see a loaded picture, in RGB; the first is `plain`, the pixels as stored.

    `claimed` is the orientation that `load` returned. Plain drops transparency, as the reference
    hashers do. A picture that is in part transparent is also laid on white and on black; one whose EXIF
    turns it is also turned, on each ground.
    """
    turn = TURNS.get(claimed)
    for variant, picture in _on_grounds(_as_stored(image, claimed)):
        yield variant, picture
        if turn is not None:
            yield Variant.EXIF_ORIENTED, picture.transpose(turn)


def _as_stored(image: Image.Image, claimed: int) -> Image.Image:
    """Undo what Pillow does to a TIFF alone: it turns the pixels while loading, and drops the tag."""
    back = _TURNS_BACK.get(claimed)
    if back is None or orientation(image) == claimed:
        return image
    return image.transpose(back)


def _on_grounds(image: Image.Image) -> Iterator[tuple[Variant, Image.Image]]:
    plain = to_rgb(image)
    yield Variant.PLAIN, plain
    alpha = _alpha(image)
    if alpha is not None:
        yield Variant.ALPHA_ON_WHITE, _laid_on(_WHITE, plain, alpha)
        yield Variant.ALPHA_ON_BLACK, _laid_on(_BLACK, plain, alpha)


def to_rgb(image: Image.Image) -> Image.Image:
    """The picture in RGB, 8 bits a channel, without its transparency."""
    if image.mode == "RGB":
        return image
    if image.mode in ("F", "I") or image.mode.startswith("I;16"):
        return _deep_grey(image).convert("RGB")
    if image.mode in _WITH_ALPHA:
        return image.convert("RGBA").convert("RGB")
    return image.convert("RGB")  # CMYK, YCbCr, palette, grey, black and white


def _deep_grey(image: Image.Image) -> Image.Image:
    """Grey of more than 8 bits. Pillow's own conversion clips at 255: nearly all would be white."""
    values = np.asarray(image)
    if image.mode.startswith("I;16"):
        return Image.fromarray((values >> 8).astype(np.uint8))
    finite = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = min(0.0, float(finite.min())), float(finite.max())
    full = next((scale for scale in (1.0, 255.0, 65535.0) if high <= scale), high)
    span = (full - low) or 1.0
    return Image.fromarray(((finite - low) * (255.0 / span)).astype(np.uint8))


def _alpha(image: Image.Image) -> Image.Image | None:
    """How opaque each pixel is, or `None` where all are fully so."""
    if image.mode not in _WITH_ALPHA and "transparency" not in image.info:
        return None
    if image.mode.startswith("I"):
        return None  # one transparent shade of 65,536; nobody's viewer shows it
    alpha = image.convert("RGBA").getchannel("A")
    least, _ = alpha.getextrema()
    return None if least == 255 else alpha


def _laid_on(ground: tuple[int, int, int], picture: Image.Image, alpha: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", picture.size, ground)
    canvas.paste(picture, mask=alpha)
    return canvas


def orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a torn EXIF block; viewers then show the pixels as stored
        return 1
    return value if isinstance(value, int) else 1
