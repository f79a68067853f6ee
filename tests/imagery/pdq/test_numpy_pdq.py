"""The hash without kernels is the reference's, too, bit for bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.imagery.pdq import PdqHash
from doorward.imagery.pdq.numpy_pdq import pdq
from support.pdq import contents, reference
from support.pictures import photograph

SIZES = ((64, 64), (5, 5), (7, 300), (127, 128), (129, 640), (900, 40), (64, 65), (301, 217), (1280, 960))


@pytest.mark.parametrize("name", ["coffee.png", "chelsea.png", "rocket.jpg", "coins.png", "logo.png"])
def test_photographs_and_graphics_have_the_reference_s_hash(name: str) -> None:
    for size in SIZES:
        pixels = np.asarray(photograph(name, size))
        assert PdqHash(*pdq(pixels)) == reference(pixels), size


@given(height=st.integers(5, 140), width=st.integers(5, 140), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_arrays_of_all_kinds_have_the_reference_s_hash(height: int, width: int, seed: int) -> None:
    for pixels in contents(height, width, seed):
        assert PdqHash(*pdq(pixels)) == reference(pixels)
