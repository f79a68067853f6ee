"""The matchers of the gate: indexes where a list is long, comparison with everything where it is short."""

import numpy as np
from numpy.typing import NDArray

from doorward.findings import Method
from doorward.imagery.matcher import HammingIndex
from doorward.imagery.matcher.digest_index import DigestIndex
from doorward.imagery.matching.exhaustive import ExhaustivePdq
from doorward.imagery.matching.index_files import PdqIndexFile
from doorward.imagery.matching.protocols import DigestMatcher, HashTable, Matchers, Near
from doorward.lists import ListSnapshot, SnapshotError
from doorward.lists.columns import HashColumn
from doorward.lists.entries import DIGESTS


class IndexedPdq:
    """An index whose ids are row numbers. Satisfies `PerceptualMatcher`."""

    def __init__(self, index: HammingIndex) -> None:
        self._index = index

    def within_each(self, queries: NDArray[np.uint8], radius_bits: int) -> Near:
        """Every row at most `radius_bits` from each query, the nearest first."""
        offsets, ids, distances_bits = self._index.query_batch(queries, radius_bits)
        return Near(offsets.astype(np.int64), ids.astype(np.intp), distances_bits)


class IndexedMatchers:
    """Makes matchers with the index files beside snapshots. Satisfies `BuildMatchers`.

    The digests of a snapshot are in order and need no index beside them.
    """

    def __init__(self, files: PdqIndexFile | None = None) -> None:
        self._files = files or PdqIndexFile()

    def __call__(self, table: HashTable) -> Matchers:
        """Matchers over `table`. Without a sound index file, its index is built in memory."""
        digests = {method: _digests(table.hashes[method]) for method in DIGESTS}
        hashes = table.hashes[Method.PDQ].hashes
        if not isinstance(table, ListSnapshot) or not self._files.wanted(table):
            return Matchers(ExhaustivePdq(hashes), digests)
        try:
            return Matchers(IndexedPdq(self._files.open(table)), digests)
        except SnapshotError as error:
            return Matchers(IndexedPdq(HammingIndex.build(hashes)), digests, _in_memory(table, error))


def _digests(column: HashColumn) -> DigestMatcher:
    return DigestIndex.over(column.hashes, column.entry)


def _in_memory(snapshot: ListSnapshot, error: SnapshotError) -> str:
    return (
        f"list {snapshot.details.name!r} is searched with an index that this process built in its own "
        f"memory: {error} Make the file anew with `doorward lists verify --repair`; servers take it when "
        "they start again or the list has its next version."
    )
