"""What callers get, as models for the OpenAPI document. Answers are written by `doorward.wire` and the
routes; a test holds both against each other.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from doorward.casework.holds import Outcome
from doorward.doors.http import examples
from doorward.findings import Cause, Code, FindingKind, Method, Variant
from doorward.lists.live import ListState
from doorward.subjects import SubjectKind
from doorward.verdicts import Action, Decision, Mode


def _example(value: examples.Example) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class Answered(BaseModel):
    """Anything that goes out."""

    model_config = ConfigDict(extra="forbid")


class FindingOut(Answered):
    """One thing a detector saw. Parts that do not apply are absent."""

    detector: str
    code: Code
    kind: FindingKind
    explanation: str
    strength: float = Field(ge=0, le=1)
    list: str | None = None
    list_version: str | None = None
    entry: str | None = Field(default=None, description="The list owner's own id of the entry.")
    label: str | None = None
    method: Method | None = None
    distance: int | None = Field(default=None, description="Hamming distance in bits.")
    radius: int | None = None
    variant: Variant | None = None
    detector_version: str


class NotAssessedOut(Answered):
    """What could not be looked at. Never read it as "nothing found"."""

    detector: str
    cause: Cause
    reason: str
    retry: bool
    list: str | None = None


class RuleOut(Answered):
    """A rule of the policy that matched. A shadow rule decides nothing."""

    rule: str
    mode: Mode
    decision: Decision
    actions: list[Action]
    reason: str
    error: str | None = None


class VerdictOut(Answered):
    """The gate's answer."""

    model_config = _example(examples.VERDICT)

    verdict: str
    decision: Decision
    findings: list[FindingOut]
    not_assessed: list[NotAssessedOut]
    not_configured: list[str]
    actions: list[Action]
    rules: list[RuleOut]
    policy: str
    lists: dict[str, str] = Field(description="The version of every list that was consulted.")
    facts: dict[str, str]
    took_ms: float
    case: str | None = None
    preserved: bool | None = Field(
        default=None, description="Absent where preservation was not ordered; false: keep the item yourself."
    )


class RecordedVerdictOut(VerdictOut):
    """A verdict of the past, and what became of it."""

    model_config = _example(examples.RECORDED_VERDICT)

    kind: SubjectKind
    state: str = Field(description="final, held, released or removed.")
    created_at: datetime
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_reason: str | None = None


class HeldOut(Answered):
    """One item that waits for a person."""

    verdict: str
    held_at: datetime
    kind: SubjectKind
    account: str | None
    surface: str | None
    codes: list[Code]
    reasons: list[str]
    case: str | None
    preserved: bool | None


class HoldsOut(Answered):
    """One page of held items, the longest waiting first."""

    model_config = _example({"holds": [examples.HELD], "next": None})

    holds: list[HeldOut]
    next: str | None = Field(description="Send it as `after` for the next page; null on the last.")


class SettledOut(Answered):
    """How a hold ended."""

    model_config = _example(examples.SETTLED)

    verdict: str
    outcome: Outcome
    by: str
    reason: str
    at: datetime
    changed: bool = Field(description="False where it had been decided the same way before.")


class ListOut(Answered):
    """One hash list in force."""

    name: str
    code: Code
    source: str
    terms: str
    as_of: datetime
    expires_at: datetime
    radius_bits: int
    min_quality: int
    version: str
    entries: int | None = Field(description="Null where the list cannot be read.")
    state: ListState
    problem: str | None


class ListsOut(Answered):
    """Every hash list."""

    model_config = _example({"lists": [examples.LIST]})

    lists: list[ListOut]


class AliveOut(Answered):
    """The process runs and answers."""

    model_config = _example({"status": "alive"})

    status: str


class CheckOut(Answered):
    """What one probe said."""

    ok: bool
    failures: list[str]


class ReadyOut(Answered):
    """Whether the server can do its work, part by part."""

    model_config = _example(examples.READY)

    ready: bool
    checks: dict[str, CheckOut]
    warnings: list[str]


class FieldErrorOut(Answered):
    """One field that cannot be used."""

    field: str
    message: str


class ProblemOut(BaseModel):
    """An error (RFC 9457)."""

    model_config = _example(examples.PROBLEM)

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldErrorOut] | None = None
    decision: Decision | None = Field(
        default=None, description="`hold` where screening itself failed: do not let the item in."
    )
