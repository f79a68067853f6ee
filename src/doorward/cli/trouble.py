"""The last resort for errors that no command foresaw."""

import os
import traceback


def explain(error: Exception) -> str:
    """One line; with DOORWARD_TRACE=1 the whole trace, which may name files but never holds content."""
    if os.environ.get("DOORWARD_TRACE") == "1":
        return "".join(traceback.format_exception(error)).rstrip()
    return (
        f"unexpected {type(error).__name__}: {error}. This is a fault of Doorward: please report it with "
        "what DOORWARD_TRACE=1 prints."
    )
