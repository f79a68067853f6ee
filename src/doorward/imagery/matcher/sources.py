"""Where the pairs of a new segment come from, and how their hashes get into it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.layout import PERMUTATION
from doorward.imagery.matcher.tables import Bytes, Ids, Kernels, Words

Order = NDArray[np.int64]


class Source(Protocol):
    """Pairs of hash and id, n of them, in any order, each once or more.

    The hashes are written straight to where they will stay: touching memory for the first time costs
    more than all that is computed with it, and at seventeen million they are half a gigabyte.
    """

    @property
    def ids(self) -> Ids:
        """`uint64[n]`"""

    def write(self, out: Words, order: Order | None) -> None:
        """Write the permuted hashes to `out`, `uint64[n, 4]`, in `order`, or as they come."""


@dataclass(frozen=True, slots=True)
class GivenPairs:
    """Pairs as callers pass them."""

    hashes: Bytes  # uint8[n, 32]
    ids: Ids
    kernels: Kernels

    def write(self, out: Words, order: Order | None) -> None:
        """See `Source.write`."""
        self.kernels.permute(PERMUTATION, self.hashes if order is None else self.hashes[order], out)


@dataclass(frozen=True, slots=True)
class StoredPairs:
    """Pairs from segments and other arrays whose hashes are permuted already, one part behind the other."""

    parts: tuple[tuple[Words, Ids], ...]

    @property
    def ids(self) -> Ids:
        """See `Source.ids`."""
        return np.concatenate([np.empty(0, np.uint64), *(ids for _, ids in self.parts)])

    def write(self, out: Words, order: Order | None) -> None:
        """See `Source.write`."""
        hashes = [np.empty((0, out.shape[1]), np.uint64), *(part for part, _ in self.parts)]
        if order is None:
            np.concatenate(hashes, out=out)
        else:
            np.take(np.concatenate(hashes), order, axis=0, out=out, mode="clip")  # "raise" would copy twice
