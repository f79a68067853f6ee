"""Which implementation searches: the native one where it is built, else NumPy."""

import functools
import importlib
from typing import Any, Final

import structlog

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
    native: Any = importlib.import_module("doorward._native")
    return Kernels(
        name="native",
        tables=native.HammingTables,
        permute=native.hamming_permute,
        first_equal=native.hamming_first_equal,
        build=native.hamming_build,
        distances=native.hamming_distances,
        instruction_sets=native.hamming_instruction_sets,
    )


@functools.cache
def best_kernels() -> Kernels:
    """The fastest kernels there are; says once if these are not the native ones."""
    try:
        return native_kernels()
    except (ImportError, AttributeError) as error:
        structlog.get_logger(__name__).warning(
            "native_kernel_missing",
            reason=str(error),
            effect="indexes are searched with NumPy, which is slower and finds the same",
        )
        return NUMPY
