"""How much memory a hash takes: `python -m doorward.benchmarks.hash.memory`, one way in each process."""

import io
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from doorward.benchmarks.children import answer, ask, question
from doorward.benchmarks.hash import ways
from doorward.benchmarks.machine import forget_peak, peak_memory_bytes

_MODULE = "doorward.benchmarks.hash.memory"
_PLAIN = {"GLIBC_TUNABLES": ""}  # memory that is freed goes back, as it usually does


def peaks_kib(jpeg: bytes) -> dict[str, int]:
    """Of each way from bytes: memory at its peak beyond what the process held, without the file itself."""
    with tempfile.NamedTemporaryFile(prefix="doorward-bench-", suffix=".jpg") as file:
        file.write(jpeg)
        file.flush()
        return {name: ask(_MODULE, {"file": file.name, "way": name}, _PLAIN) for name in ways.of_bytes()}


def _measure(file: Path, name: str) -> int:
    way = ways.of_bytes()[name]
    way(_small())  # libraries load themselves and their tables once
    data = file.read_bytes()
    forget_peak()
    before = peak_memory_bytes()
    way(data)
    return (peak_memory_bytes() - before) // 1024


def _small() -> bytes:
    out = io.BytesIO()
    coarse = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    Image.fromarray(coarse).resize((128, 128)).save(out, "JPEG")
    return out.getvalue()


if __name__ == "__main__":
    asked = question()
    answer(_measure(Path(asked["file"]), asked["way"]))
