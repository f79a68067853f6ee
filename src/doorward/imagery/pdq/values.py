"""What hashes are, and of what."""

from dataclasses import dataclass
from enum import Enum, IntEnum

# Below this the reference hashes nothing and answers with zeros, which would make all such pictures
# equal to each other (MIN_HASHABLE_DIM in the reference).
MIN_SIDE_PIXELS = 5

# How far the hash of a JPEG's luma may lie from that of its colours: 18 bits was the most of 637 JPEGs,
# where colours are cut off at 0 or 255 on their way from YCbCr to RGB.
LUMA_MARGIN_BITS = 20


@dataclass(frozen=True, slots=True)
class PdqHash:
    """`bits` are 32 bytes in the order in which `pdqhash.compute` and python-threatexchange write them,
    most significant first; `quality` is 0 … 100."""

    bits: bytes
    quality: int


class Profile(Enum):
    """The two hashes that go by the name of PDQ. They differ by 6 bits in the mean, by up to 14.

    `FULL` is of all pixels: `pdqhash`, python-threatexchange, Hasher-Matcher-Actioner. `NEAREST_512` is of
    512x512 pixels picked from a picture that does not fit into that: ThreatExchange's command line tool.
    """

    FULL = "full"
    NEAREST_512 = "nearest-512"


class Orientation(IntEnum):
    """What a picture is turned into before it is hashed, by EXIF's numbers.

    A file whose EXIF orientation is 6 is shown `TURNED_RIGHT`, so its hash under that name is the one of
    the picture as it is shown.
    """

    UPRIGHT = 1
    MIRRORED = 2  # left becomes right
    TURNED_HALF = 3  # by 180°
    FLIPPED = 4  # top becomes bottom
    TRANSPOSED = 5  # rows become columns
    TURNED_RIGHT = 6  # by 90°, clockwise
    TRANSVERSED = 7  # both: transposed, and turned by 180°
    TURNED_LEFT = 8  # by 90°, anticlockwise


ALL_ORIENTATIONS = frozenset(Orientation)


class UnhashablePixels(ValueError):
    """An array that is not a picture as this package takes them."""
