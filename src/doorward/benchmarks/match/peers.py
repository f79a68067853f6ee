"""Which peers there are, what each needs, and which cannot run here."""

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doorward.benchmarks.children import jemalloc
from doorward.benchmarks.machine import free_memory_bytes
from doorward.benchmarks.match import faiss_engines
from doorward.benchmarks.match.engine import Engine

_GLIBC = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}  # huge pages, as jemalloc is given them
INSTALL_FAISS = "faiss is not installed: `pip install 'doorward[bench]'`"
INSTALL_JEMALLOC = "jemalloc is not installed: `apt install libjemalloc2`"


@dataclass(frozen=True, slots=True)
class Peer:
    """One engine to compare with."""

    title: str
    make: Callable[[], Engine]
    bytes_per_hash: int  # about, to know beforehand whether it fits
    needs_jemalloc: bool = False

    def environment(self) -> Mapping[str, str]:
        """What its process is started with."""
        return (jemalloc() or {}) if self.needs_jemalloc else _GLIBC

    def problem(self, entries: int) -> str | None:
        """Why it cannot be measured here, or `None`."""
        if importlib.util.find_spec("faiss") is None:
            return INSTALL_FAISS
        if self.needs_jemalloc and jemalloc() is None:
            return INSTALL_JEMALLOC
        needed = self.bytes_per_hash * entries * 1.3  # tables grow by doubling
        if needed > free_memory_bytes():
            return f"needs about {needed / 2**30:.0f} GiB of memory, more than is free"
        return None


PEERS: Mapping[str, Peer] = {
    "faiss_flat": Peer("faiss Flat", faiss_engines.flat, 64),
    "faiss_multihash_16x16": Peer(
        "faiss MultiHash 16×16, jemalloc", lambda: faiss_engines.multi_hash(16, 16, 1), 360, True
    ),
    "faiss_multihash_16x16_glibc": Peer(
        "faiss MultiHash 16×16, glibc", lambda: faiss_engines.multi_hash(16, 16, 1), 360
    ),
    "faiss_multihash_11x23": Peer(
        "faiss MultiHash 11×23, jemalloc", lambda: faiss_engines.multi_hash(11, 23, 2), 800, True
    ),
}
