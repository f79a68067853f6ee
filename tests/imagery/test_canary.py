"""The drawing that every gate must stop."""

import io

import numpy as np
import pytest
from PIL import Image

from doorward.findings import Code, Method
from doorward.imagery import canary
from doorward.imagery.fingerprint import fingerprint
from doorward.imagery.matching.builtin import CANARY_DETAILS, canary_table
from doorward.lists.entries import DIGESTS
from support.pictures import saved


def bits_apart(data: bytes) -> int:
    """How far the picture in `data` is from the canary's hash, in PDQ."""
    pdq = fingerprint(data).renderings[0].pdq
    return sum((a ^ b).bit_count() for a, b in zip(pdq, canary.CANARY_PDQ, strict=True))


def picture() -> Image.Image:
    return Image.fromarray(canary.draw())


def test_the_drawing_has_the_hash_that_is_built_in() -> None:
    looked = fingerprint(canary.png())
    assert looked.pdq == canary.CANARY_PDQ.hex()
    assert looked.pdq_quality == canary.CANARY_QUALITY == 100


def test_the_png_holds_the_drawing_exactly() -> None:
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(canary.png()))), canary.draw())
    assert canary.draw().shape == (512, 512, 3)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 30}),
        ("WEBP", {"quality": 50}),
        ("PNG", {}),
        ("AVIF", {"quality": 50}),
        ("GIF", {}),
    ],
)
def test_the_canary_is_recognised_in_another_format(kind: str, options: dict[str, int]) -> None:
    assert bits_apart(saved(picture(), kind, **options)) <= CANARY_DETAILS.radius_bits


@pytest.mark.parametrize("side", [128, 256, 1024])
def test_the_canary_is_recognised_resized(side: int) -> None:
    resized = picture().resize((side, side))
    assert bits_apart(saved(resized, "JPEG", quality=60)) <= CANARY_DETAILS.radius_bits


def test_the_built_in_list_knows_the_canary_and_nothing_else() -> None:
    table = canary_table()
    assert CANARY_DETAILS.code is Code.CANARY
    assert table.hashes[Method.PDQ].hashes.tobytes() == canary.CANARY_PDQ
    assert not any(len(table.hashes[method]) for method in DIGESTS)
    assert table.entry_id(0) == "canary-1"
