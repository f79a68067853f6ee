"""What callers get, as models for the OpenAPI document. Answers are written by `doorward.wire` and the
routes; a test holds both against each other.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from doorward.casework.holds import Outcome
from doorward.findings import Cause, Code, FindingKind, Method, Variant
from doorward.lists.live import ListState
from doorward.subjects import SubjectKind
from doorward.verdicts import Action, Decision, Mode


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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "verdict": "v_4f1d0c2b9a8e7f6d5c4b3a29",
                    "decision": "block",
                    "findings": [
                        {
                            "detector": "imagery",
                            "code": "csam_known",
                            "kind": "match",
                            "explanation": "Its PDQ hash is 4 bits from entry 9001 of list `example`.",
                            "strength": 0.98,
                            "list": "example",
                            "list_version": "3-1f2e3d4c5b6a",
                            "entry": "9001",
                            "method": "pdq",
                            "distance": 4,
                            "radius": 31,
                            "variant": "plain",
                            "detector_version": "1",
                        }
                    ],
                    "not_assessed": [],
                    "not_configured": [],
                    "actions": ["preserve", "open_case", "notify_platform"],
                    "rules": [
                        {
                            "rule": "known imagery",
                            "mode": "live",
                            "decision": "block",
                            "actions": ["preserve", "open_case", "notify_platform"],
                            "reason": "The picture is on a list of known abuse imagery.",
                        }
                    ],
                    "policy": "1-0a1b2c3d4e5f",
                    "lists": {"example": "3-1f2e3d4c5b6a"},
                    "facts": {"sniffed": "image/jpeg"},
                    "took_ms": 7.1,
                    "case": "c_0b1c2d3e4f5a6b7c8d9e0f1a",
                    "preserved": True,
                }
            ]
        }
    )

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

    holds: list[HeldOut]
    next: str | None = Field(description="Send it as `after` for the next page; null on the last.")


class SettledOut(Answered):
    """How a hold ended."""

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

    lists: list[ListOut]


class AliveOut(Answered):
    """The process runs and answers."""

    status: str


class CheckOut(Answered):
    """What one probe said."""

    ok: bool
    failures: list[str]


class ReadyOut(Answered):
    """Whether the server can do its work, part by part."""

    ready: bool
    checks: dict[str, CheckOut]
    warnings: list[str]


class FieldErrorOut(Answered):
    """One field that cannot be used."""

    field: str
    message: str


class ProblemOut(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(
        title="Problem",
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/invalid",
                    "title": "The request has fields that cannot be used",
                    "status": 422,
                    "detail": "The body has 1 field(s) that cannot be used: `text` is missing; add it.",
                    "errors": [{"field": "text", "message": "is missing; add it"}],
                }
            ]
        },
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldErrorOut] | None = None
    decision: Decision | None = Field(
        default=None, description="`hold` where screening itself failed: do not let the item in."
    )
