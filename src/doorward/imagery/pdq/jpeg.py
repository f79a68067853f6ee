"""PDQ from the bytes of a JPEG, by the shortest way that this installation has.

Where the extension was built with libjpeg-turbo, rows go from the decompressor into the hash and the
picture is never held. Else `simplejpeg`, a wheel with a libjpeg-turbo of its own, decodes it to an array.
Either way the pixels are those that Pillow decodes, bit for bit.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np

from doorward.imagery.pdq.kernel import as_mask
from doorward.imagery.pdq.values import Orientation, PdqHash, Profile

# A good progressive file has some ten scans, of optimised ones up to twenty. Each is a pass over the whole
# picture and may yet be only some sixty bytes of file (kMaxScans in native/jpeg/scans.hpp).
MAX_SCANS = 100
# A luma plane of a lower quality than this is looked at in colour at once: the little that such a hash
# tells would all be rounding and clamped colours (kLumaMinQuality in native/jpeg/hash.hpp).
LUMA_MIN_QUALITY = 60
_NO_LIMIT = 1 << 62

NativeAnswer = tuple[int, int, int, bool, bool, list[tuple[int, bytes, int]]]


class Colour(StrEnum):
    """What of a picture's colours is hashed."""

    EXACT = "exact"  # red, green and blue as shown: the hash that everybody else computes
    LUMA = "luma"  # the luma plane as it is stored, where there is one: faster, and near


class JpegPath(StrEnum):
    """How this installation gets from a JPEG to its hash."""

    ROWS = "rows from libjpeg-turbo"
    ARRAY = "arrays from simplejpeg"
    PILLOW = "arrays from Pillow"


class TooManyScans(Exception):
    """A progressive file made to keep a decoder busy."""


class _Outcome(IntEnum):
    """As in native/jpeg/decompressor.hpp."""

    GOOD = 0
    DAMAGED = 1
    UNUSUAL = 2
    TOO_MANY_PIXELS = 3
    TOO_MANY_SCANS = 4


@dataclass(frozen=True, slots=True)
class JpegHashes:
    """The hashes of one JPEG. `exact` is false where they were made from luma alone."""

    width: int
    height: int
    exact: bool
    hashes: Mapping[Orientation, PdqHash]
    repeated: bool = False  # decoded twice, because the fast hash was not certain


def hash_jpeg(
    data: bytes | memoryview,
    colour: Colour = Colour.EXACT,
    *,
    profile: Profile = Profile.FULL,
    wanted: Iterable[Orientation] = (Orientation.UPRIGHT,),
    max_pixels: int = _NO_LIMIT,
) -> JpegHashes | None:
    """The hashes of the file `data`, one for each orientation that is `wanted`.

    `None` says: look at it with another decoder, which will know why. It is damaged in any way, or CMYK,
    or otherwise of a kind that versions of the library treat differently; it has more than `max_pixels`
    (told from the header) or a side of less than five; or this installation has nothing but Pillow.
    Raises `TooManyScans`.
    """
    way = jpeg_path()
    if way is JpegPath.ROWS:
        return _from_rows(data, colour, profile, frozenset(wanted), max_pixels)
    if way is JpegPath.ARRAY:
        from doorward.imagery.pdq.jpeg_array import hash_array

        return hash_array(data, colour, profile, frozenset(wanted), max_pixels)
    return None


@functools.cache
def jpeg_path() -> JpegPath:
    """The way that `hash_jpeg` takes here."""
    if _native() is not None:
        return JpegPath.ROWS
    try:
        import simplejpeg  # noqa: F401 (whether it is there is the question)
    except ImportError:
        return JpegPath.PILLOW
    return JpegPath.ARRAY


@functools.cache
def _native() -> Callable[..., NativeAnswer] | None:
    try:
        from doorward._native import jpeg_hashes
    except ImportError:  # no extension, or one that was built without libjpeg
        return None
    return jpeg_hashes


def _from_rows(
    data: bytes | memoryview,
    colour: Colour,
    profile: Profile,
    wanted: frozenset[Orientation],
    max_pixels: int,
) -> JpegHashes | None:
    native = _native()
    if native is None:
        raise RuntimeError("the extension was there a moment ago")
    code, width, height, exact, repeated, hashes = native(
        np.frombuffer(data, np.uint8),
        colour is Colour.LUMA,
        profile is Profile.NEAREST_512,
        as_mask(wanted),
        max_pixels,
    )
    outcome = _Outcome(code)
    if outcome is _Outcome.TOO_MANY_SCANS:
        raise TooManyScans(f"more than {MAX_SCANS} scans")
    if outcome is not _Outcome.GOOD:
        return None
    found = {Orientation(number): PdqHash(bits, quality) for number, bits, quality in hashes}
    return JpegHashes(width, height, exact, found, repeated)
