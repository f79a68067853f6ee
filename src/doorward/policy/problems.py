"""What is wrong with a policy file: where, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """A policy with an error is refused; a warning is a doubt that its author can overrule."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, at a line of the policy file."""

    file: str
    line: int
    severity: Severity
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.message}\n    hint: {self.hint}"


class PolicyError(Exception):
    """The policy cannot be used. `problems` holds every error found, and the warnings beside them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PolicyUnreadable(PolicyError):
    """There is no text to check: the file is absent, not to be opened, or no text."""


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Only those that keep the policy from being used."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


def warnings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Only those that its author may overrule."""
    return tuple(problem for problem in problems if problem.severity is Severity.WARNING)
