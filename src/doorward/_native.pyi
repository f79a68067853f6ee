from numpy import uint8, uint16
from numpy.typing import NDArray

def hamming_distances(query: NDArray[uint8], hashes: NDArray[uint8], out: NDArray[uint16]) -> None: ...
