"""The ways to a PDQ hash that are compared: Doorward's, and the libraries that others use."""

import importlib.util
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from doorward.benchmarks.hash.pictures import decoded
from doorward.imagery.pdq import Orientation, PdqHash, hash_rgb
from doorward.imagery.pdq.jpeg import Colour, hash_jpeg

Hashed = tuple[bytes, int] | None
OfPixels = Callable[[NDArray[np.uint8]], Hashed]
OfBytes = Callable[[bytes], Hashed]

PDQHASH, THREATEXCHANGE = "pdqhash", "threatexchange"
RGB, EXACT, LUMA, DECODE = "rgb", "exact", "luma", "decode"


def problem(package: str) -> str | None:
    """Why a peer cannot be measured here, or `None`."""
    if importlib.util.find_spec(package) is None:
        return "not installed: `pip install 'doorward[bench]'`"
    return None


def of_pixels() -> Mapping[str, OfPixels]:
    """Those that begin with an array, `uint8[height, width, 3]` in RGB."""
    ways: dict[str, OfPixels] = {RGB: lambda pixels: _plain(hash_rgb(pixels))}
    if problem(PDQHASH) is None:
        ways[PDQHASH] = _by_pdqhash
    return ways


def of_bytes() -> Mapping[str, OfBytes]:
    """Those that begin with the bytes of a JPEG file."""
    ways: dict[str, OfBytes] = {
        EXACT: lambda data: _from_jpeg(data, Colour.EXACT),
        LUMA: lambda data: _from_jpeg(data, Colour.LUMA),
    }
    if problem(THREATEXCHANGE) is None:
        ways[THREATEXCHANGE] = _by_threatexchange
    return ways


def decode_only(data: bytes) -> None:
    """What decoding alone takes, by the same library: no hash of the whole picture can be faster."""
    import simplejpeg

    simplejpeg.decode_jpeg(data, "GRAY")


def _from_jpeg(data: bytes, colour: Colour) -> Hashed:
    """As decoder processes do: what this path leaves to others is decoded by Pillow."""
    found = hash_jpeg(data, colour)
    if found is None:
        return _plain(hash_rgb(decoded(data)))
    return _plain(found.hashes[Orientation.UPRIGHT])


def is_hashed_again(data: bytes) -> bool:
    """Whether the file lies so near to a decision that the reference's own arithmetic is needed."""
    found = hash_jpeg(data, Colour.EXACT)
    return found is not None and found.repeated


def _plain(hashed: PdqHash | None) -> Hashed:
    return None if hashed is None else (hashed.bits, hashed.quality)


def _by_pdqhash(pixels: NDArray[np.uint8]) -> Hashed:
    import pdqhash

    bits, quality = pdqhash.compute(pixels)
    return np.packbits(bits.astype(np.uint8)).tobytes(), int(quality)


def _by_threatexchange(data: bytes) -> Hashed:
    """What `PdqSignal.hash_from_bytes` does before it drops hashes of low quality."""
    from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

    digits, quality = pdq_from_bytes(data)
    return bytes.fromhex(digits), int(quality)


def apart_bits(first: Hashed, second: Hashed) -> int:
    """Bits in which two hashes differ; all of them where only one is there."""
    if first is None or second is None:
        return 0 if first is second else 256
    return (int.from_bytes(first[0]) ^ int.from_bytes(second[0])).bit_count()
