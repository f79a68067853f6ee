"""What a figure depends on besides the code: the machine, and how much memory a process holds."""

import os
import platform
from pathlib import Path

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def describe() -> dict[str, str | int | float]:
    """Processor, cores and load of this machine, for the head of a report."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def own_memory_bytes() -> int:
    """Memory of this process that is its own: without mapped files, which processes share."""
    return _status_kib("RssAnon") * 1024


def peak_memory_bytes() -> int:
    """The most memory that this process has held since `forget_peak`, mapped files included."""
    return _status_kib("VmHWM") * 1024


def forget_peak() -> None:
    """Let the peak begin anew at what is held now (proc(5), `clear_refs`)."""
    Path("/proc/self/clear_refs").write_text("5")


def free_memory_bytes() -> int:
    """Memory that a new process could have without anything being swapped out."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable"):
            return int(line.split()[1]) * 1024
    return 0


def _status_kib(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0
