"""What an index says about itself, for operators and benchmarks."""

from typing import Any

from doorward.imagery.matcher.levels import Levels
from doorward.imagery.matcher.segment import Segment
from doorward.imagery.matcher.store import Store


def statistics(store: Store) -> dict[str, Any]:
    """See `HammingIndex.stats`."""
    state = store.state
    size_bytes = sum(segment.size_bytes for segment in state.segments)
    return {
        "kernels": store.kernels.name,
        "pairs": state.live,
        "pending": sum(mutable.live for mutable in (state.active, *state.waiting)),
        "bytes": size_bytes,
        "bytes_per_hash": size_bytes / max(1, sum(segment.pairs for segment in state.segments)),
        "merges": store.merges,
        "segments": [_segment(segment, store.levels) for segment in state.segments],
    }


def _segment(segment: Segment, levels: Levels) -> dict[str, Any]:
    return {
        "level": levels.level_of(segment.pairs),
        "hashes": len(segment.arrays["ids"]),
        "pairs": segment.pairs,
        "removed": segment.removed,
        "bytes": segment.size_bytes,
        "tables": dict(segment.tables.stats()),
    }
