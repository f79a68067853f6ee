"""Which kinds of file can be looked at, and what to say about the others."""

from collections.abc import Mapping
from types import MappingProxyType

from doorward.findings import Cause
from doorward.imagery.decoding.answers import Problem
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.sniff import MediaType

# Media type -> Pillow's name. Pillow knows some forty formats more; each is a parser that strangers
# could reach (one starts Ghostscript), so a file is opened as what it was sniffed to be, or not at all.
PILLOW_FORMATS: Mapping[MediaType, str] = MappingProxyType(
    {
        MediaType.JPEG: "JPEG",
        MediaType.PNG: "PNG",
        MediaType.GIF: "GIF",
        MediaType.WEBP: "WEBP",
        MediaType.AVIF: "AVIF",
        MediaType.TIFF: "TIFF",
        MediaType.BMP: "BMP",
        MediaType.ICO: "ICO",
        MediaType.JPEG_2000: "JPEG2000",
    }
)

_WHY = MappingProxyType(
    {
        MediaType.SVG: "An SVG drawing can carry pictures, and this version does not open it",
        MediaType.PDF: "A PDF can carry pictures, and this version does not open it",
        MediaType.ZIP: "An archive can carry pictures, and this version does not open it",
        MediaType.HTML: "A web page can carry pictures, and this version does not open it",
        MediaType.TEXT: "This is a text file, not a picture",
        MediaType.BINARY: "The first bytes are of no known kind of file",
        MediaType.HEIC: "This version has no decoder for HEIC pictures",
    }
)


def unsupported(media_type: MediaType) -> Problem:
    """Why a file of this kind is not looked at."""
    family = media_type.partition("/")[0]
    default = {
        "video": "This version does not look into videos",
        "image": "This version has no decoder for this kind of picture",
    }.get(family, "This kind of file is not a picture, and this version does not look into it")
    why = _WHY.get(media_type, default)
    return Problem(Cause.UNSUPPORTED, f"{why} ({media_type}); only its digests were compared.")


def refused(size_bytes: int, limits: Limits) -> Problem | None:
    """Why a file of this length is not given to a decoder, if it is not."""
    if size_bytes == 0:
        return Problem(Cause.EMPTY, "The file is empty.")
    if size_bytes <= limits.max_bytes:
        return None
    return Problem(
        Cause.OVER_LIMIT,
        f"The file has {size_bytes} bytes, more than {limits.max_bytes} (setting imagery.max_decode_bytes).",
    )
