"""Which texts from outside may be shown to people.

Control characters, line and paragraph separators, and those that turn the direction of writing can
hide or forge what a terminal or a console shows; lone surrogates cannot be written at all.
"""

import re

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def unshowable(text: str) -> str | None:
    """The first character that may not be shown, or None."""
    if text.isprintable():  # much the quicker question, and stricter
        return None
    found = _UNSAFE.search(text)
    return None if found is None else found[0]
