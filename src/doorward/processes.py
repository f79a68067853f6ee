"""Processes that must not outlive the one that started them."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


class Orphaned(Exception):
    """The parent ended before its end could be made this process's end too."""


def die_with(parent: int) -> None:
    """Have the kernel kill this process when `parent`, the process that started it, ends (Linux).

    Raises `Orphaned` if the parent has gone already.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise Orphaned
