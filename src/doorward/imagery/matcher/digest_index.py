"""Which ids a digest has: MD5, SHA-1 or SHA-256, exactly."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.container import (
    AnyPath,
    Array,
    IndexFile,
    Kind,
    Mode,
    Sizes,
    open_index_file,
    write_index_file,
)
from doorward.imagery.matcher.digest_rows import run_of, runs_of
from doorward.imagery.matcher.errors import CorruptIndex

_KEY_BYTES = 8  # by which digests are sorted at first; few share them
_RUN = 1 << 20  # rows looked at together


def _arrays(sizes: Sizes) -> tuple[Array, ...]:
    rows = sizes["digests"]
    if not sizes["width"]:
        raise ValueError("its digests have no bytes")
    return (Array("digests", "|u1", (rows, sizes["width"])), Array("ids", "<u8", (rows,)))


DIGEST: Final = Kind("digest", ("digests", "width"), _arrays)


class DigestIndex:
    """An immutable index of (digest, id) pairs; a digest may have many ids.

    It is nothing but the digests in ascending order and the ids beside them, so that it costs what the
    ids cost, 4 or 8 bytes for each, and arrays that lie in a file are used where they lie. Safe from
    many threads.
    """

    def __init__(self, digests: NDArray[np.uint8], ids: NDArray[Any]) -> None:
        if digests.ndim != 2 or ids.shape != (len(digests),):
            raise ValueError("digests must be uint8[n, w], and ids as many as they are")
        self._digests = np.ascontiguousarray(digests)
        self._ids = ids
        self._file: IndexFile | None = None

    @classmethod
    def build(cls, digests: NDArray[np.uint8], ids: NDArray[Any] | None = None) -> "DigestIndex":
        """An index of `digests`, `uint8[n, w]` in any order; without `ids` they are numbered 0 … n-1."""
        given = np.arange(len(digests), dtype=np.uint64) if ids is None else ids
        order = sort_order(digests)
        return cls(digests[order], given[order])

    @classmethod
    def over(cls, digests: NDArray[np.uint8], ids: NDArray[Any]) -> "DigestIndex":
        """An index over digests that are in ascending order already. Nothing is copied or looked at.

        Out of order, digests are not found; nothing worse happens.
        """
        return cls(digests, ids)

    @classmethod
    def open(cls, path: AnyPath, mode: Mode = "mmap", *, verify: bool = False) -> "DigestIndex":
        """The index in the file at `path`; raises `IndexFileError` where it is missing or not whole."""
        file = open_index_file(path, DIGEST, mode)
        index = cls(file.arrays["digests"], file.arrays["ids"])
        index._file = file
        if verify:
            index.verify()
        return index

    def save(self, path: AnyPath, note: str = "") -> str:
        """Write it, whole or not at all, and return the checksum of the file; raises `OSError`."""
        rows, width = self._digests.shape
        arrays = {"digests": self._digests, "ids": self._ids.astype("<u8", copy=False)}
        return write_index_file(path, DIGEST, {"digests": rows, "width": width}, arrays, note)

    @property
    def note(self) -> str:
        """The note in the header of the file that was opened; empty where there is none."""
        return self._file.note if self._file is not None else ""

    def verify(self) -> None:
        """Read everything: the file against its checksum, the digests for their order.

        Raises `IndexFileError` or `CorruptIndex`.
        """
        if self._file is not None:
            self._file.check_checksum()
        for start in range(0, len(self), _RUN):
            keys = (
                np.ascontiguousarray(self._digests[start : start + _RUN + 1]).view(f"S{self.width}").ravel()
            )
            if np.any(keys[1:] < keys[:-1]):
                where = self._file.path if self._file is not None else "the index in memory"
                raise CorruptIndex(
                    f"{where} is corrupt: its digests are not in order. Build the index again."
                )

    @property
    def width(self) -> int:
        """Bytes of a digest."""
        return int(self._digests.shape[1])

    def __len__(self) -> int:
        return len(self._ids)

    def find(self, digest: bytes) -> NDArray[Any]:
        """The ids of `digest`, in their order in the index; `ValueError` for one of another width."""
        begin, end = run_of(self._digests, digest)
        return self._ids[begin:end]

    def find_batch(self, digests: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[Any]]:
        """The ids of each of `digests`, `uint8[m, w]`: those of number i are `ids[offsets[i]:offsets[i + 1]]`."""
        runs = runs_of(self._digests, digests)
        counts = runs[:, 1] - runs[:, 0]
        offsets = np.concatenate((np.zeros(1, np.uint64), np.cumsum(counts, dtype=np.uint64)))
        within = np.arange(int(offsets[-1]), dtype=np.uint64) - np.repeat(
            offsets[:-1], counts.astype(np.int64)
        )
        return offsets, self._ids[np.repeat(runs[:, 0], counts.astype(np.int64)) + within]


def sort_order(digests: NDArray[np.uint8]) -> NDArray[np.intp]:
    """The order of `digests`, `uint8[n, w]`, as bytes; equal ones stay as they stood.

    By their first 8 bytes as numbers, several times as quick as by all their bytes; then the few that
    agree in these are put in order by all of them.
    """
    firsts = np.zeros((len(digests), _KEY_BYTES), np.uint8)
    firsts[:, : digests.shape[1]] = digests[:, :_KEY_BYTES]
    keys = firsts.view(">u8").ravel().astype(np.uint64)
    order = np.argsort(keys)
    keys = keys[order]
    same = keys[1:] == keys[:-1]
    tied = np.flatnonzero(np.concatenate((same, [False])) | np.concatenate(([False], same)))
    if len(tied):
        order[tied] = _in_order(digests, np.sort(order[tied]))
    return order


def _in_order(digests: NDArray[np.uint8], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Some rows in the order of all their bytes. NumPy cuts zeros from the end of these, which changes nothing."""
    whole = np.ascontiguousarray(digests[rows]).view(f"S{digests.shape[1]}").ravel()
    return rows[np.argsort(whole, kind="stable")]
