"""What is wrong within one condition, at a place in it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from doorward.policy.condition.tree import Place
from doorward.policy.problems import Severity


@dataclass(frozen=True, slots=True)
class Complaint:
    """A problem that knows its place in the condition; the file and line are added by `check`."""

    place: Place
    message: str
    hint: str
    severity: Severity = Severity.ERROR


class ConditionError(Exception):
    """The condition cannot be read at all."""

    def __init__(self, complaint: Complaint) -> None:
        self.complaint = complaint
        super().__init__(complaint.message)


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that `word` was probably meant to be."""
    close = difflib.get_close_matches(word, list(words), n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(word: str, words: Iterable[str], otherwise: str) -> str:
    """A hint: the nearest of `words`, or else `otherwise`."""
    close = nearest(word, words)
    return f"did you mean `{close}`?" if close else otherwise
