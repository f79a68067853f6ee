"""Pictures that are stored in unusual ways: does the gate still know them? And python-threatexchange?

    python bench/odd_pictures.py

One photograph is listed; each row is the same photograph, stored otherwise. `bits` is the distance of
the nearest PDQ hash to the listed one (31 is the radius), by the same path that a worker of the gate
takes and by the peer's `PdqSignal.hash_from_bytes`, in the same run.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table
from threatexchange.signal_type.pdq.signal import PdqSignal

from doorward.imagery.fingerprint import fingerprint
from support.pictures import photograph, saved

EXIF_ORIENTATION, TURNED_RIGHT = 0x0112, 6
RADIUS_BITS = 31


def main() -> None:
    listed = fingerprint(saved(photograph("coffee.png"), "PNG")).pdq
    assert listed is not None
    table = Table("stored as", "Doorward", "threatexchange", title="the same photograph, stored otherwise")
    for name, data in _stored_otherwise(photograph("coffee.png")):
        table.add_row(name, _ours(data, listed), _theirs(data, listed))
    Console(width=110).print(table)


def _stored_otherwise(picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    yield "JPEG, CMYK", saved(picture.convert("CMYK"), "JPEG", quality=95)
    yield "PNG, palette", saved(picture.convert("P", palette=Image.Palette.ADAPTIVE), "PNG")
    yield "PNG, 1 bit", saved(picture.convert("1"), "PNG")
    yield "PNG, 16-bit grey", _sixteen_bits(picture)
    yield "JPEG, turned by EXIF", _turned(picture)
    yield "PNG, one checksum wrong", _wrong_checksum(picture)
    whole = saved(picture, "JPEG", quality=90)
    yield "JPEG, last tenth missing", whole[: len(whole) * 9 // 10]
    yield "GIF, animated", saved(picture, "GIF", save_all=True, append_images=[picture.rotate(180)])


def _sixteen_bits(picture: Image.Image) -> bytes:
    return saved(Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257), "PNG")


def _turned(picture: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = TURNED_RIGHT
    return saved(picture.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif)


def _wrong_checksum(picture: Image.Image) -> bytes:
    data = bytearray(saved(picture, "PNG"))
    at = data.index(b"IEND") - 8  # the last bytes of the last IDAT's checksum
    data[at] ^= 0xFF
    return bytes(data)


def _ours(data: bytes, listed: str) -> str:
    found = fingerprint(data)
    bits = min((_bits(one.pdq.hex(), listed) for one in found.renderings), default=None)
    known = "not seen" if bits is None else f"{bits} bits, {'found' if bits <= RADIUS_BITS else 'missed'}"
    return known + (f"; held: {found.problems[0].cause}" if found.problems else "")


def _theirs(data: bytes, listed: str) -> str:
    try:
        hashed = PdqSignal.hash_from_bytes(data)
    except Exception as error:  # what it raises is the result
        return f"{type(error).__name__}: {str(error)[:40]}"
    if not hashed:
        return "no hash (low quality)"
    bits = _bits(hashed, listed)
    return f"{bits} bits, {'found' if bits <= RADIUS_BITS else 'missed'}"


def _bits(first: str, second: str) -> int:
    return (int(first, 16) ^ int(second, 16)).bit_count()


if __name__ == "__main__":
    main()
