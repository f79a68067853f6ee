"""Which frames of an animation are looked at."""

from collections.abc import Iterator

from PIL import Image

from doorward.imagery.decoding.gif import count_frames
from doorward.imagery.sniff import MediaType

# Formats whose further pictures are frames (or pages) of the same file. Of others (a JPEG with an
# MPO index, an icon in several sizes) viewers show the one that Pillow opens.
_ANIMATED = frozenset((MediaType.GIF, MediaType.WEBP, MediaType.AVIF, MediaType.PNG, MediaType.TIFF))


def count(image: Image.Image, media_type: MediaType, data: memoryview, at_most: int) -> int:
    """How many frames the file has, counted no further than `at_most`."""
    if media_type not in _ANIMATED:
        return 1
    if media_type is MediaType.GIF:
        return max(1, count_frames(data, at_most))
    if media_type is MediaType.TIFF:
        return _walk(image, at_most)
    return int(getattr(image, "n_frames", 1))  # from the header


def _walk(image: Image.Image, at_most: int) -> int:
    """A TIFF's pages form a chain that has to be followed."""
    pages = 1
    while pages < at_most:
        try:
            image.seek(pages)
        except EOFError:
            break
        pages += 1
    image.seek(0)
    return pages


def sampled(frames: int, at_most: int) -> tuple[int, ...]:
    """Evenly spread frame numbers, the first and the last among them."""
    if at_most == 1 or frames == 1:
        return (0,)
    if frames <= at_most:
        return tuple(range(frames))
    return tuple(round(step * (frames - 1) / (at_most - 1)) for step in range(at_most))


def visit(image: Image.Image, wanted: tuple[int, ...]) -> Iterator[int]:
    """Seek to each wanted frame in turn.

    One by one, because each frame of a GIF or WebP is painted over those before it.
    """
    for frame in range(wanted[-1] + 1):
        if frame:
            image.seek(frame)
        if frame in wanted:
            yield frame
