"""Many rows at once: the quick way for rows in which nothing is amiss.

Most rows of most lists are right, and looking at each alone takes several times as long. So a run of
rows is first taken as a whole; wherever anything is unusual about it, `entry_of` takes its rows one by
one and says what.
"""

from collections.abc import Sequence

from doorward.findings import Method
from doorward.lists.columns import QUALITY_UNKNOWN
from doorward.lists.columns_builder import EntryRun, HashRun
from doorward.lists.entries import WIDTH_BYTES
from doorward.lists.reading.fields import MAX_ID_BYTES, MAX_LABEL_BYTES, RawFields

_QUALITIES = {"": QUALITY_UNKNOWN} | {str(value): value for value in range(101)}
_MAX_UTF8 = 4  # bytes of one character


class _Unusual(Exception):
    """Something that has to be looked at row by row."""


def run_of(rows: Sequence[RawFields]) -> EntryRun | None:
    """The entries of all `rows`, or None where any of them needs a closer look."""
    ids, md5, sha1, sha256, pdq, quality, labels = zip(*rows, strict=True)
    try:
        run = EntryRun(
            ids=_clean(ids, MAX_ID_BYTES),
            labels=_clean(labels, MAX_LABEL_BYTES),
            hashes={
                Method.MD5: _hashes(md5, WIDTH_BYTES[Method.MD5]),
                Method.SHA1: _hashes(sha1, WIDTH_BYTES[Method.SHA1]),
                Method.SHA256: _hashes(sha256, WIDTH_BYTES[Method.SHA256]),
                Method.PDQ: _hashes(pdq, WIDTH_BYTES[Method.PDQ]),
            },
            pdq_quality=_qualities(quality, pdq),
        )
    except _Unusual:
        return None
    return run if _each_has_id_and_hash(run) else None


def _clean(texts: Sequence[str], limit: int) -> list[str]:
    if not "".join(texts).isprintable() or max(map(len, texts)) * _MAX_UTF8 > limit:
        raise _Unusual
    return [text.strip() for text in texts]


def _hashes(texts: Sequence[str], width: int) -> HashRun:
    joined = "".join(texts)
    lengths = set(map(len, texts))
    try:
        values = bytes.fromhex(joined)
    except ValueError:
        raise _Unusual from None
    # `fromhex` passes over blanks, which then shows in the length.
    if not lengths <= {0, 2 * width} or 2 * len(values) != len(joined):
        raise _Unusual
    present = [row for row, text in enumerate(texts) if text] if 0 in lengths else range(len(texts))
    return HashRun(values, present)


def _qualities(texts: Sequence[str], pdq: Sequence[str]) -> list[int]:
    values = [_QUALITIES.get(text) for text in texts]
    found = []
    for value, hash_ in zip(values, pdq, strict=True):
        if value is None or (value != QUALITY_UNKNOWN and not hash_):
            raise _Unusual
        if hash_:
            found.append(value)
    return found


def _each_has_id_and_hash(run: EntryRun) -> bool:
    hashed = {row for column in run.hashes.values() for row in column.rows}
    return len(hashed) == len(run.ids) and "" not in run.ids
