"""Look-ups of SHA-256 digests, beside LMDB where it is installed.

    python bench/digests.py [--entries 1000000] [--queries 50000] [--json]

Both have the same digests with 64-bit ids in a file that is mapped, are asked for the same ones in the
same run, by one thread, and are timed by the processor time of that thread.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher import DigestIndex

WIDTH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Figures:
    """One way of looking digests up."""

    build_s: float
    bytes_beside_digest: float
    absent_us: float  # the mean of one look-up that finds nothing
    present_us: float
    found: int


def main() -> None:
    options = _options()
    random = np.random.default_rng(7)
    digests = random.integers(0, 256, (options.entries, WIDTH_BYTES), np.uint8)
    absent = [random.bytes(WIDTH_BYTES) for _ in range(options.queries)]
    present = [digests[row].tobytes() for row in random.integers(0, len(digests), options.queries)]
    with tempfile.TemporaryDirectory(prefix="doorward-bench-") as folder:
        ours, batch_us = _ours(Path(folder) / "index", digests, absent, present)
        peers = {"lmdb": _lmdb(Path(folder) / "lmdb", digests, absent, present)}
    result = {"entries": options.entries, **asdict(ours), "batch_us": batch_us}
    told = {name: asdict(figures) for name, figures in peers.items() if figures is not None}
    print(json.dumps({**result, "peers": told}, indent=None if options.json else 2))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=50_000)
    parser.add_argument("--json", action="store_true", help="one line instead of several")
    return parser.parse_args()


def _ours(
    path: Path, digests: NDArray[np.uint8], absent: Sequence[bytes], present: Sequence[bytes]
) -> tuple[Figures, float]:
    begun = time.thread_time()
    DigestIndex.build(digests).save(path)
    build_s = time.thread_time() - begun
    index = DigestIndex.open(path, verify=True)
    queries = np.frombuffer(b"".join(absent), np.uint8).reshape(-1, WIDTH_BYTES)
    begun = time.thread_time()
    index.find_batch(queries)
    batch_us = (time.thread_time() - begun) / len(queries) * 1e6
    beside = path.stat().st_size / len(digests) - WIDTH_BYTES
    return _figures(build_s, beside, lambda digest: len(index.find(digest)), absent, present), batch_us


def _lmdb(
    path: Path, digests: NDArray[np.uint8], absent: Sequence[bytes], present: Sequence[bytes]
) -> Figures | None:
    try:
        import lmdb
    except ImportError:
        return None
    order = np.argsort(digests.view(f"S{WIDTH_BYTES}").ravel())
    environment = lmdb.open(str(path), map_size=1 << 36)
    begun = time.thread_time()
    with environment.begin(write=True) as transaction:
        cursor = transaction.cursor()
        for row in order.tolist():
            cursor.put(digests[row].tobytes(), row.to_bytes(8, "little"), append=True)
    build_s = time.thread_time() - begun
    beside = (path / "data.mdb").stat().st_size / len(digests) - WIDTH_BYTES
    with environment.begin() as transaction:
        return _figures(build_s, beside, lambda digest: transaction.get(digest) is not None, absent, present)


def _figures(
    build_s: float,
    beside: float,
    find: Callable[[bytes], int],
    absent: Sequence[bytes],
    present: Sequence[bytes],
) -> Figures:
    absent_us, none = _timed(find, absent)
    present_us, found = _timed(find, present)
    return Figures(build_s, beside, absent_us, present_us, none + found)


def _timed(find: Callable[[bytes], int], queries: Sequence[bytes], rounds: int = 3) -> tuple[float, int]:
    """The median of several rounds, for one query in microseconds, and how many were found in one."""
    spent = []
    for _ in range(rounds):
        begun = time.thread_time()
        found = sum(map(find, queries))
        spent.append((time.thread_time() - begun) / len(queries) * 1e6)
    return statistics.median(spent), found


if __name__ == "__main__":
    main()
