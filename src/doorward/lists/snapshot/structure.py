"""The rules that the contents of a snapshot keep, beyond having the right checksum.

A checksum shows that a file is as somebody wrote it, not that it was written by us.
"""

import codecs

import numpy as np

from doorward.lists.columns import NO_LABEL, QUALITY_UNKNOWN, Columns, HashColumn
from doorward.lists.entries import DIGESTS
from doorward.lists.errors import SnapshotError
from doorward.lists.texts import Texts

_RUN = 1 << 20
_CONTINUATION_MASK, _CONTINUATION = 0xC0, 0x80  # how a byte within a UTF-8 character looks


def check_structure(columns: Columns) -> None:
    """Raise `SnapshotError` for the first rule that does not hold."""
    _check_texts(columns.ids, "ids")
    _check_texts(columns.labels, "labels")
    labelled = columns.label_index[columns.label_index != NO_LABEL]
    _require(bool(np.all(labelled < len(columns.labels))), "an entry has a label that is not there")
    for method, column in columns.hashes.items():
        _check_entries(column, len(columns), method.value)
        if method in DIGESTS:
            _check_sorted(column, method.value)
    quality = columns.pdq_quality
    _require(bool(np.all((quality >= QUALITY_UNKNOWN) & (quality <= 100))), "a PDQ quality is out of range")


def _check_texts(texts: Texts, what: str) -> None:
    offsets = texts.offsets
    in_order = bool(
        offsets[0] == 0 and offsets[-1] == len(texts.blob) and np.all(offsets[1:] >= offsets[:-1])
    )
    _require(in_order, f"its {what} overlap")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(texts.blob), _RUN):
            decoder.decode(texts.blob[start : start + _RUN].tobytes())
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise SnapshotError(f"its {what} are not UTF-8") from error
    starts = texts.blob[offsets[offsets < len(texts.blob)]]
    _require(bool(np.all(starts & _CONTINUATION_MASK != _CONTINUATION)), f"its {what} divide a character")


def _check_entries(column: HashColumn, entries: int, what: str) -> None:
    if not len(column):
        return
    _require(int(column.entry.max()) < entries, f"a {what} hash belongs to an entry that is not there")
    _require(int(np.bincount(column.entry).max()) == 1, f"an entry has two {what} hashes")


def _check_sorted(column: HashColumn, what: str) -> None:
    width = column.hashes.shape[1]
    keys = np.ascontiguousarray(column.hashes).view(f"S{width}").ravel()
    _require(bool(np.all(keys[1:] >= keys[:-1])), f"its {what} digests are not in order")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SnapshotError(otherwise)
