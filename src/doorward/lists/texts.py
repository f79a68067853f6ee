"""Many short texts in one block of bytes, so that millions of ids cost their letters and eight bytes each."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice, pairwise

import numpy as np
from numpy.typing import NDArray

from doorward.lists.errors import SnapshotError


@dataclass(frozen=True, slots=True)
class Texts:
    """An immutable sequence of texts in UTF-8.

    `blob` is `uint8[bytes]`, `offsets` is `uint64[n + 1]`; text `i` is `blob[offsets[i]:offsets[i + 1]]`.
    They may be mapped from a file that somebody damaged, so offsets are checked when they are used.
    """

    blob: NDArray[np.uint8]
    offsets: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def raw(self, index: int) -> bytes:
        """The bytes of one text; raises `SnapshotError` where there is no such text."""
        if not 0 <= index < len(self):
            raise SnapshotError(f"there is no text {index} among {len(self)}. Import the list again.")
        start, end = int(self.offsets[index]), int(self.offsets[index + 1])
        if not start <= end <= len(self.blob):
            raise SnapshotError(f"text {index} lies outside its block. Import the list again.")
        return self.blob[start:end].tobytes()

    def text(self, index: int) -> str:
        """One text; raises `SnapshotError` where there is none, or it is not UTF-8."""
        return _decode(self.raw(index), index)

    def __iter__(self) -> Iterator[str]:
        return (_decode(raw, index) for index, raw in enumerate(self.raws()))

    def raws(self) -> Iterator[bytes]:
        """The bytes of every text in turn; far quicker than asking for one after another."""
        for first in range(0, len(self), _RUN):
            yield from self._run(first, min(first + _RUN, len(self)))

    def _run(self, first: int, last: int) -> Iterator[bytes]:
        marks: list[int] = self.offsets[first : last + 1].tolist()
        base, end = marks[0], marks[-1]
        if sorted(marks) != marks or end > len(self.blob):
            raise SnapshotError(f"texts {first} to {last} lie outside their block. Import the list again.")
        block = self.blob[base:end].tobytes()
        for start, stop in pairwise(marks):
            yield block[start - base : stop - base]


_RUN = 4096  # texts turned into Python objects at a time


def _decode(raw: bytes, index: int) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise SnapshotError(f"text {index} is not UTF-8. Import the list again.") from error


@dataclass(slots=True)
class TextsBuilder:
    """Collects texts one by one."""

    _blob: bytearray = field(default_factory=bytearray)
    _offsets: "array[int]" = field(default_factory=lambda: array("Q", [0]))

    def append(self, text: str) -> None:
        """Add one text."""
        self._blob += text.encode()
        self._offsets.append(len(self._blob))

    def extend(self, texts: Sequence[str]) -> None:
        """Add many texts; quicker than one by one."""
        joined = "".join(texts)
        lengths = map(len, texts) if joined.isascii() else (len(text.encode()) for text in texts)
        self._offsets.extend(islice(accumulate(lengths, initial=len(self._blob)), 1, None))
        self._blob += joined.encode()

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def finish(self) -> Texts:
        """The texts so far. Nothing may be appended afterwards."""
        return Texts(
            blob=np.frombuffer(self._blob, np.uint8),
            offsets=np.frombuffer(self._offsets, np.uint64),
        )


def texts_of(texts: Iterable[str]) -> Texts:
    """Collect `texts`."""
    builder = TextsBuilder()
    for text in texts:
        builder.append(text)
    return builder.finish()
