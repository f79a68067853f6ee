"""The decoder for JPEGs, which most uploads are: from the bytes to the hashes without the picture.

Pillow reads the header and says how the camera was held. The rows then go from the decompressor straight
into the hash (`doorward.imagery.pdq.jpeg`). Whatever is out of the ordinary is Pillow's as a whole.
"""

import time
from dataclasses import dataclass

from PIL import Image

from doorward.findings import Cause, Variant
from doorward.imagery.decoding import pixels
from doorward.imagery.decoding.answers import Decoded, Problem, Rendering
from doorward.imagery.decoding.formats import PILLOW_FORMATS
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.decoding.mapped import as_file
from doorward.imagery.decoding.pillow import PillowDecoder
from doorward.imagery.decoding.pillow_rules import pillow_rules
from doorward.imagery.pdq import MIN_SIDE_PIXELS, Orientation
from doorward.imagery.pdq.jpeg import MAX_SCANS, Colour, JpegHashes, TooManyScans, hash_jpeg
from doorward.imagery.sniff import MediaType

_MODES = frozenset(("L", "RGB"))  # as Pillow names them; a JPEG may also be CMYK


@dataclass(frozen=True, slots=True)
class _Header:
    """What Pillow reads of a JPEG before its pixels."""

    width: int
    height: int
    claimed: Orientation  # of the camera, by EXIF


class JpegDecoder:
    """Satisfies `doorward.imagery.decoding.picture.PictureDecoder`.

    Gives the answer that `PillowDecoder` would give, bit for bit, for every JPEG that is whole, grey or in
    colour, and of a common kind; and lets Pillow give it for all others.
    """

    media_types = frozenset((MediaType.JPEG,))

    def __init__(self) -> None:
        self._pillow = PillowDecoder()

    def decode(self, data: memoryview, media_type: MediaType, limits: Limits) -> Decoded:
        """Look at one JPEG. From `limits.luma_from_pixels` on its renderings may be not `exact`."""
        started_s = time.perf_counter()
        header = _read_header(data, limits)
        if header is None:
            return self._pillow.decode(data, media_type, limits)
        try:
            hashed = _hash(data, header, limits)
        except TooManyScans:
            return Decoded(header.width, header.height, 1, problems=(_SCAN_BOMB,))
        if hashed is None or (hashed.width, hashed.height) != (header.width, header.height):
            return self._pillow.decode(data, media_type, limits)
        timings_ms = {"decode": (time.perf_counter() - started_s) * 1000}
        return Decoded(header.width, header.height, 1, _renderings(header, hashed), (), timings_ms)


_SCAN_BOMB = Problem(
    Cause.OVER_LIMIT,
    f"The file draws its picture in more than {MAX_SCANS} passes, as no honest encoder does.",
)


def _read_header(data: memoryview, limits: Limits) -> _Header | None:
    """The header of a JPEG that is worth a try; `None` where Pillow has the say."""
    name = PILLOW_FORMATS[MediaType.JPEG]
    try:
        with (
            pillow_rules(limits.max_pixels, tolerant=False),
            Image.open(as_file(data), formats=(name,)) as image,
        ):
            width, height = image.size
            if image.mode not in _MODES or min(image.size) < MIN_SIDE_PIXELS:
                return None
            return None if width * height > limits.max_pixels else _Header(width, height, _claimed(image))
    except Exception:  # Pillow's parsers raise nearly anything; it shall say itself what is wrong
        return None


def _claimed(image: Image.Image) -> Orientation:
    claimed = pixels.orientation(image)
    return Orientation(claimed) if claimed in pixels.TURNS else Orientation.UPRIGHT


def _hash(data: memoryview, header: _Header, limits: Limits) -> JpegHashes | None:
    wanted = {Orientation.UPRIGHT, header.claimed}
    large = 0 < limits.luma_from_pixels <= header.width * header.height
    colour = Colour.LUMA if large else Colour.EXACT
    return hash_jpeg(data, colour, wanted=wanted, max_pixels=limits.max_pixels)


def _renderings(header: _Header, hashed: JpegHashes) -> tuple[Rendering, ...]:
    variants = {Orientation.UPRIGHT: Variant.PLAIN}
    if header.claimed is not Orientation.UPRIGHT:
        variants[header.claimed] = Variant.EXIF_ORIENTED
    return tuple(
        Rendering(variant, hashed.hashes[each].bits, hashed.hashes[each].quality, exact=hashed.exact)
        for each, variant in variants.items()
    )
