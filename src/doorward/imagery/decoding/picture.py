"""A file's bytes to hashes: the one path, taken by worker processes and by `fingerprint` alike."""

from typing import Protocol

from doorward.imagery.decoding.answers import Decoded
from doorward.imagery.decoding.formats import refused, unsupported
from doorward.imagery.decoding.jpeg import JpegDecoder
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.decoding.pillow import PillowDecoder
from doorward.imagery.sniff import HEAD_BYTES, MediaType, sniff


class PictureDecoder(Protocol):
    """Turns the bytes of a picture file into the hashes of its renderings.

    A decoder hashes too, because the fast ones to come never build the full picture: PDQ needs
    64 × 64 luminance values, which can be gathered while the rows come out of the decompressor. Its
    hashes must be those of `pdqhash` over the same pixels, bit for bit.
    """

    @property
    def media_types(self) -> frozenset[MediaType]:
        """What it can look at."""
        ...

    def decode(self, data: memoryview, media_type: MediaType, limits: Limits) -> Decoded:
        """Look at one file. Raises nothing: what went wrong is a `Problem` in the answer."""
        ...


DECODERS: tuple[PictureDecoder, ...] = (JpegDecoder(), PillowDecoder())  # in order of preference


def look(data: memoryview, limits: Limits) -> Decoded:
    """Sniff a file and let the first decoder that knows its kind look at it."""
    problem = refused(len(data), limits)
    if problem is not None:
        return Decoded(problems=(problem,))
    media_type = sniff(bytes(data[:HEAD_BYTES]))
    for decoder in DECODERS:
        if media_type in decoder.media_types:
            return decoder.decode(data, media_type, limits)
    return Decoded(problems=(unsupported(media_type),))
