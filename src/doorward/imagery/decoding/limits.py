"""How much a file may ask of a decoder."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Checked against the header, before any pixel is decoded.

    The values here are those of `doorward.settings.ImagerySettings`; this class exists so that
    worker processes need not load the machinery of settings.
    """

    max_bytes: int = 100 * 1024 * 1024
    max_pixels: int = 64_000_000
    max_frames: int = 1_000
    frames_sampled: int = 5
    time_s: float = 2.0
    luma_from_pixels: int = 0  # JPEGs of so many pixels are hashed from luma alone; 0: none is
