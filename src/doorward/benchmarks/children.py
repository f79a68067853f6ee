"""Measurements in processes of their own: one thread, their own allocator, memory that starts empty."""

import ctypes.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from doorward.benchmarks.machine import ONE_THREAD


class ChildFailed(Exception):
    """A measuring process ended without an answer; its own words are on standard error."""


def ask(module: str, question: object, environment: Mapping[str, str] | None = None) -> Any:
    """Run `python -m module`, which reads a JSON question and answers with one JSON document.

    Its standard error is ours, so that progress and complaints are seen as they come. Raises
    `ChildFailed`.
    """
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(question),
        stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD, **(environment or {})},
        text=True,
    )
    if done.returncode != 0:
        raise ChildFailed(f"python -m {module} ended with {done.returncode}")
    return json.loads(done.stdout)


def question() -> Any:
    """In the child: what it was asked. From then on only the answer goes to standard output."""
    sys.stdout = sys.stderr
    return json.load(sys.stdin)


def answer(value: object) -> None:
    """In the child: what it found."""
    print(json.dumps(value), file=sys.__stdout__)


# glibc's allocator at its best for large arrays: memory that was freed is used again, in huge pages,
# and not fetched from the system anew for each picture.
GLIBC_AT_ITS_BEST = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=68719476736"
}


def jemalloc() -> Mapping[str, str] | None:
    """The environment that gives a process jemalloc with huge pages, or `None` where it is not installed.

    faiss' hash tables make millions of small allocations; with glibc's allocator and 4 KiB pages the
    same code is several times slower.
    """
    library = ctypes.util.find_library("jemalloc")
    if library is None:
        return None
    return {"LD_PRELOAD": library, "MALLOC_CONF": "thp:always,metadata_thp:always"}
