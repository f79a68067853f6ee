"""Counting the frames of a GIF without decoding one.

Pillow counts by walking the whole file in Python, without a bound; a file of a hundred megabytes
may hold ten million frames. This walks too, but stops at the limit.
"""

_SCREEN_BYTES = 13
_DESCRIPTOR_BYTES = 10
_EXTENSION, _IMAGE = 0x21, 0x2C


def count_frames(data: bytes | memoryview, at_most: int) -> int:
    """Frames in a GIF (GIF89a §17-26), never more than `at_most`.

    Stops without complaint where the file does: what comes before is what a viewer shows.
    """
    view = memoryview(data)
    frames = 0
    at = _SCREEN_BYTES + _palette_bytes(view, 10)
    while frames < at_most and at < len(view):
        if view[at] == _IMAGE:
            frames += 1
            at += _DESCRIPTOR_BYTES + _palette_bytes(view, at + 9) + 1  # and the LZW code size
        elif view[at] == _EXTENSION:
            at += 2
        else:
            break  # the trailer, or garbage
        at = _after_blocks(view, at)
    return frames


def _palette_bytes(view: memoryview, flags_at: int) -> int:
    if flags_at >= len(view) or not view[flags_at] & 0x80:
        return 0
    return int(3 << ((view[flags_at] & 7) + 1))


def _after_blocks(view: memoryview, at: int) -> int:
    """Behind a chain of data blocks, each preceded by its length, the last of length 0."""
    while at < len(view) and view[at]:
        at += 1 + view[at]
    return at + 1
