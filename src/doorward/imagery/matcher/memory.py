"""Memory for large arrays."""

import contextlib
import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.container.layout import Array, placed

Arrays = dict[str, NDArray[Any]]


def allocate(length: int) -> NDArray[np.uint8]:
    """`length` bytes of zeros that begin at a page, in huge pages where the system has them.

    A query touches thousands of places that lie far apart. With pages of 4 KiB, finding where each
    page is costs as much as reading it; with pages of 2 MiB it does not.
    """
    # Private: shared memory gets no huge pages unless the system was told so.
    memory = mmap.mmap(-1, max(length, 1), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with contextlib.suppress(OSError):  # a kernel without huge pages; everything works, slower
            memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, np.uint8)[:length]


def arrays_in(memory: NDArray[np.uint8], arrays: tuple[Array, ...]) -> Arrays:
    """These arrays in one piece of memory, each at the beginning of a page, as in a file."""
    return {
        section.array.name: memory[section.offset : section.offset + section.array.length]
        .view(section.array.dtype)
        .reshape(section.array.shape)
        for section in placed(arrays, 0)
    }
