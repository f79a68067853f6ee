"""Which entries of two lists say the same."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method
from doorward.lists.columns import NO_LABEL, Columns
from doorward.lists.entries import WIDTH_BYTES
from doorward.lists.keys import KEY_BYTES, Keys, keys_of, pairs

Places = NDArray[np.int64]
Equal = NDArray[np.bool_]

_RUN = 1 << 20  # pairs compared at a time; bounds the memory for gathering


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a list's entries, by id."""

    added: int
    removed: int
    altered: int  # the same id, but other hashes, quality or label
    kept: int  # the same in every respect

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.altered)


def difference(former: Columns, latter: Columns) -> Difference:
    """Compare two lists, each with unique ids. The order of entries means nothing."""
    at_former, at_latter = pairs(keys_of(former.ids), keys_of(latter.ids))
    kept = int(np.count_nonzero(equal(former, at_former, latter, at_latter)))
    return Difference(
        added=len(latter) - len(at_latter),
        removed=len(former) - len(at_former),
        altered=len(at_former) - kept,
        kept=kept,
    )


def equal(one: Columns, at_one: Places, other: Columns, at_other: Places) -> Equal:
    """Whether entry `at_one[i]` of `one` says what entry `at_other[i]` of `other` says, ids aside."""
    same: Equal = _label_keys(one)[at_one] == _label_keys(other)[at_other]
    for method in WIDTH_BYTES:
        row_one = one.hashes[method].rows(len(one))[at_one]
        row_other = other.hashes[method].rows(len(other))[at_other]
        same &= _equal_rows(one.hashes[method].hashes, row_one, other.hashes[method].hashes, row_other)
        if method is Method.PDQ:
            same &= _equal_rows(one.pdq_quality, row_one, other.pdq_quality, row_other)
    return same


def _label_keys(columns: Columns) -> Keys:
    # The last key, of empty bytes, stands for "no label": no digest equals it.
    keys = np.append(keys_of(columns.labels), np.array([b""], f"S{KEY_BYTES}"))
    return keys[np.where(columns.label_index == NO_LABEL, len(columns.labels), columns.label_index)]


def _equal_rows(one: NDArray[Any], at_one: Places, other: NDArray[Any], at_other: Places) -> Equal:
    """Whether rows are equal, where -1 means that there is none."""
    same = (at_one < 0) & (at_other < 0)
    both = np.flatnonzero((at_one >= 0) & (at_other >= 0))
    for start in range(0, len(both), _RUN):
        part = both[start : start + _RUN]
        agree = one[at_one[part]] == other[at_other[part]]
        same[part] = agree if agree.ndim == 1 else agree.all(axis=1)
    return same
