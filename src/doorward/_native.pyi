"""Native kernels; the package works without them (`doorward.imagery.matching.hamming`)."""

from numpy import uint8, uint16
from numpy.typing import NDArray

def hamming_distances(query: NDArray[uint8], hashes: NDArray[uint8], out: NDArray[uint16]) -> None:
    """Write to `out[i]` the bits in which `hashes[i]`, `uint8[n, 32]`, differs from `query`, `uint8[32]`.

    All C-contiguous; anything else is a `TypeError`. Other threads run meanwhile.
    """
