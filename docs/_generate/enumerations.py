"""The values of every enumeration among the words that all rooms share."""

from enum import StrEnum

from pieces import code, table

from doorward.access import Scope
from doorward.findings import Cause, Code, FindingKind, Method, Variant
from doorward.subjects import SubjectKind, Visibility
from doorward.verdicts import Action, Decision, Mode

SHARED: tuple[type[StrEnum], ...] = (
    SubjectKind,
    Visibility,
    Code,
    FindingKind,
    Method,
    Variant,
    Cause,
    Decision,
    Action,
    Mode,
    Scope,
)


def enumerations() -> str:
    """One row for each enumeration."""
    rows = ((code(one.__name__), ", ".join(code(member.value) for member in one)) for one in SHARED)
    return table(("enumeration", "values, as in JSON and in policies"), rows)
