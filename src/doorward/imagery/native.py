"""Are the native kernels here? Asked before they are imported, so that their absence is said once.

Everything that a kernel computes is also computed without it, by NumPy, with the same result. So a missing
kernel costs time and changes no verdict; who runs the server must know all the same (decision 0017).
"""

import functools

EFFECT = "lists are searched and pictures hashed with NumPy: the same results, far more slowly"
MEND = "Install a C++17 compiler (Debian: `apt install g++ libjpeg-dev`) and install Doorward again."


def available() -> bool:
    """Can `doorward._native` be imported? Says so in the log, once per process, if not."""
    return problem() is None


@functools.cache
def problem() -> str | None:
    """What is wrong with the native kernels, its effect and how to mend it; `None` if all is well."""
    try:
        import doorward._native  # noqa: F401
    except ImportError as error:
        import structlog  # only now: decoder processes, which ask too, do without it

        structlog.get_logger(__name__).warning(
            "native_kernels_missing", reason=str(error), effect=EFFECT, mend=MEND
        )
        return f"the native kernels cannot be used ({error}): {EFFECT}. {MEND}"
    return None
