"""What a worker process may not do.

Not yet a sandbox of system calls: limits that keep a decoder gone wild from taking the machine's
memory, disk or time with it, and that end it when its parents are gone.
"""

import contextlib
import ctypes
import resource
import signal
import sys

from doorward.processes import die_with

_PR_SET_NO_NEW_PRIVS = 38  # <linux/prctl.h>


def confine(memory_bytes: int, parent: int) -> None:
    """Limit the calling process for good: memory, no files, no core dumps, no life without `parent`.

    Raises `Orphaned` if the parent has gone already.
    """
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    die_with(parent)


def _limit(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)  # a limit set from outside is only ever made tighter
    with contextlib.suppress(ValueError, OSError):  # macOS has no usable RLIMIT_AS
        resource.setrlimit(what, (value, value))


def die_after(seconds: float) -> None:
    """Have the kernel end this process in `seconds`, even in the midst of C code; 0 calls it off.

    The pool kills a worker at its time limit. This is for the case that there is no pool any more.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
