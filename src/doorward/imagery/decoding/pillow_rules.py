"""Pillow's global switches, set for one look at a file."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

_IN_FORCE = threading.Lock()


@contextmanager
def pillow_rules(max_pixels: int, *, tolerant: bool) -> Iterator[None]:
    """For as long as this lasts, decode at most `max_pixels`, and damaged files only if `tolerant`.

    Pillow's own check of pixels then refuses what is over the limit wherever a format hides a second
    header (an icon's PNG, a TIFF's pages); it errs at twice its number and only warns below that.
    """
    with _IN_FORCE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
        Image.MAX_IMAGE_PIXELS = (max_pixels + 1) // 2
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before
