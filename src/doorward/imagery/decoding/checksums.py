"""Mending the checksums of a PNG.

A wrong checksum says that a file was damaged or tampered with, not that there is no picture in it:
some viewers show it all the same, so it is worth a look.
"""

import struct
import zlib

_SIGNATURE_BYTES = 8
_HEAD = struct.Struct(">I4s")
_CRC = struct.Struct(">I")


def with_right_checksums(data: memoryview) -> memoryview:
    """A copy of a PNG in which each whole chunk (ISO/IEC 15948 §5.3) has the CRC that fits it."""
    mended = bytearray(data)
    at = _SIGNATURE_BYTES
    while at + _HEAD.size <= len(mended):
        length, _ = _HEAD.unpack_from(mended, at)
        crc_at = at + _HEAD.size + length
        if crc_at + _CRC.size > len(mended):
            break
        _CRC.pack_into(mended, crc_at, zlib.crc32(memoryview(mended)[at + 4 : crc_at]))
        at = crc_at + _CRC.size
    return memoryview(mended)
