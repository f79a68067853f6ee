"""Which implementation searches: the native one where it is built, else NumPy."""

import functools
from typing import Final

from doorward.imagery import native
from doorward.imagery.matcher import numpy_kernels
from doorward.imagery.matcher.numpy_tables import NumpyTables
from doorward.imagery.matcher.tables import Kernels

NUMPY: Final = Kernels(
    name="numpy",
    tables=NumpyTables,
    permute=numpy_kernels.permute,
    first_equal=numpy_kernels.first_equal,
    build=numpy_kernels.build,
    distances=numpy_kernels.distances,
    instruction_sets=numpy_kernels.instruction_sets,
)


def native_kernels() -> Kernels:
    """The compiled kernels; raises `ImportError` where they are not built."""
    from doorward import _native

    return Kernels(
        name="native",
        tables=_native.HammingTables,
        permute=_native.hamming_permute,
        first_equal=_native.hamming_first_equal,
        build=_native.hamming_build,
        distances=_native.hamming_distances,
        instruction_sets=_native.hamming_instruction_sets,
    )


@functools.cache
def best_kernels() -> Kernels:
    """The fastest kernels there are; where these are NumPy's, `native` says so in the log, once."""
    return native_kernels() if native.available() else NUMPY
