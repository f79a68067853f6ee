"""Native kernels; the package works without them (`doorward.imagery.matching.hamming`)."""

from numpy import float64, uint8, uint16, uint32, uint64
from numpy.typing import NDArray

# Hamming distances, and the exact range search over one segment (`doorward.imagery.matcher`).
# Arrays are C-contiguous; anything else is a `TypeError`. Other threads run while a kernel does.

def hamming_distances(query: NDArray[uint8], hashes: NDArray[uint8], out: NDArray[uint16]) -> None:
    """Write to `out[i]` the bits in which `hashes[i]`, `uint8[n, 32]`, differs from `query`, `uint8[32]`."""

def hamming_permute(permutation: NDArray[uint8], hashes: NDArray[uint8], out: NDArray[uint64]) -> None:
    """Write to `out`, `uint64[n, 4]`, the permuted `hashes`, `uint8[n, 32]`.

    Bit `j` of byte `b` goes to bit `permutation[8 * b + j]`; `ValueError` if two go to one place.
    """

def hamming_first_equal(hashes: NDArray[uint64], seed: int, out: NDArray[uint32]) -> None:
    """Write to `out[i]` the first row of `hashes`, `uint64[n, 4]`, that equals row `i`.

    `seed` must not be known to whoever chose the hashes.
    """

def hamming_build(
    hashes: NDArray[uint64], starts: NDArray[uint32], nexts: NDArray[uint16], rows: NDArray[uint32]
) -> None:
    """Fill the tables of a segment, `[16, 65537]`, `[16, n]`, `[16, n]`, from its permuted hashes."""

def hamming_instruction_sets() -> list[str]:
    """The sets of kernels that run on this processor and passed the self-test, the best first."""

class CorruptIndex(ValueError):
    """The arrays of a segment contradict themselves."""

class HammingTables:
    """One segment; refers to the arrays, copies none. Only shapes and types are checked here; every
    number that would lead out of bounds raises `CorruptIndex` where it is used."""

    def __init__(
        self,
        permutation: NDArray[uint8],
        hashes: NDArray[uint64],
        starts: NDArray[uint32],
        nexts: NDArray[uint16],
        rows: NDArray[uint32],
        ids: NDArray[uint64],
        more_rows: NDArray[uint32],
        more_ids: NDArray[uint64],
        more_by_id: NDArray[uint32],
        instructions: str = "",
        prices: tuple[float, float, float, float, float] | None = None,
    ) -> None:
        """`prices`: nanoseconds to scan a hash, look up a key, begin a bucket (the look-up included), filter a
        candidate, verify a survivor; measured here and now unless they are given."""
    def search(self, query: NDArray[uint8], radius: int) -> tuple[NDArray[uint64], NDArray[uint16]]:
        """Ids and distances of all live pairs within `radius` bits, ordered by (distance, id)."""

    def search_batch(
        self, queries: NDArray[uint8], radius: int
    ) -> tuple[NDArray[uint64], NDArray[uint64], NDArray[uint16]]:
        """Offsets `uint64[m + 1]`, ids, distances: query `i` has `offsets[i] … offsets[i + 1] - 1`."""

    def scan(self, query: NDArray[uint8], radius: int) -> tuple[NDArray[uint64], NDArray[uint16]]:
        """The same as `search`, by comparing every hash."""

    def has(self, hash: NDArray[uint8], id: int) -> bool:
        """Whether this pair is here and live."""

    def remove(self, ids: NDArray[uint64]) -> int:
        """Remove every pair with one of these ids; how many were live. One writer at a time."""

    def remove_pairs(self, hashes: NDArray[uint8], ids: NDArray[uint64]) -> int:
        """Remove the pairs (`hashes[i]`, `ids[i]`); how many were live. One writer at a time."""

    def live(self) -> NDArray[uint8]:
        """For each pair, rows first, then the further ids: 1 if it is live, 0 if removed."""

    def stats(self) -> dict[str, float | int | str]:
        """Instruction set, calibrated costs, and what the planner decided since this was opened."""

# Digests: `doorward.imagery.matcher.digest_rows`

def digest_run(digests: NDArray[uint8], digest: bytes) -> tuple[int, int]:
    """The first row of `digests`, `uint8[n, w]` in ascending order, that equals `digest`, and the row after the last.

    `(i, i)` for some i where there is none. `ValueError` for a digest of another width.
    """

def digest_runs(digests: NDArray[uint8], queries: NDArray[uint8], out: NDArray[uint64]) -> None:
    """The same for each of `queries`, `uint8[m, w]`, written to `out`, `uint64[m, 2]`. Others run meanwhile."""

# PDQ (`doorward.imagery.pdq`). Pixels are uint8[height, width, 1 or 3], C-contiguous; `wanted` is a set of
# orientations (bit k - 1 for EXIF's number k). Hashes are (orientation, 32 bytes, quality, certain).

def pdq_hashes(pixels: NDArray[uint8], nearest: bool, wanted: int) -> list[tuple[int, bytes, int, bool]]:
    """By the linear pass, and where that is not certain by the faithful one. `ValueError` for shapes that
    have no PDQ."""

def pdq_streamed(
    pixels: NDArray[uint8], nearest: bool, wanted: int, faithful: bool
) -> list[tuple[int, bytes, int, bool]]:
    """By one of the two alone, row by row as a decoder delivers them."""

def pdq_transform(
    pixels: NDArray[uint8], faithful: bool, instructions: str = ""
) -> tuple[NDArray[float64], NDArray[float64]]:
    """The picture brought to 64x64, and its 16x16 frequencies, by one of the two passes."""

def pdq_instruction_sets() -> list[str]:
    """The sets of kernels that run on this processor, the best first."""

# JPEG to PDQ (`doorward.imagery.pdq.jpeg`). Not there in an extension that was built without libjpeg-turbo.

def jpeg_hashes(
    data: NDArray[uint8], luma: bool, nearest_512: bool, wanted: int, max_pixels: int
) -> tuple[int, int, int, bool, bool, list[tuple[int, bytes, int]]]:
    """Outcome (0 good, 1 damaged, 2 unusual, 3 too many pixels, 4 too many scans), width, height, whether
    exact, whether decoded twice, and (orientation, 32 bytes, quality) for each bit k - 1 of `wanted`."""

def jpeg_pixels(data: NDArray[uint8], luma: bool, max_pixels: int) -> tuple[int, int, int, bytes | None]:
    """Outcome, width, height and the rows that hashers are given, RGB or luma. For tests."""
