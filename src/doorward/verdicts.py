"""What the gate answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from doorward.findings import Finding, NotAssessed
from doorward.subjects import SubjectKind


class Decision(StrEnum):
    """Ordered by strictness: allow < warn < hold < block."""

    ALLOW = "allow"
    WARN = "warn"
    HOLD = "hold"
    BLOCK = "block"

    @property
    def strictness(self) -> int:
        """0 for allow … 3 for block."""
        return tuple(Decision).index(self)

    # str would compare alphabetically, so all four are spelt out.
    def __lt__(self, other: str) -> bool:
        return self.strictness < Decision(other).strictness

    def __le__(self, other: str) -> bool:
        return self.strictness <= Decision(other).strictness

    def __gt__(self, other: str) -> bool:
        return self.strictness > Decision(other).strictness

    def __ge__(self, other: str) -> bool:
        return self.strictness >= Decision(other).strictness


class Action(StrEnum):
    """What a verdict orders to happen."""

    PRESERVE = "preserve"
    OPEN_CASE = "open_case"
    NOTIFY_PLATFORM = "notify_platform"
    WARN_USER = "warn_user"


class Mode(StrEnum):
    """A live rule decides; a shadow rule is evaluated and recorded, and decides nothing."""

    LIVE = "live"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A policy rule whose condition held (or could not be evaluated: then `error` says why)."""

    rule: str
    mode: Mode
    decision: Decision
    actions: tuple[Action, ...]
    reason: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's answer about one subject, and everything that explains it."""

    id: str
    kind: SubjectKind
    decision: Decision
    findings: tuple[Finding, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    not_configured: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    rules: tuple[RuleMatch, ...] = ()
    policy_version: str = ""
    lists: Mapping[str, str] = field(default_factory=dict)  # list name -> version consulted
    case: str | None = None
    evidence: str | None = None
    preserved: bool | None = None  # None: preservation was not ordered
    took_ms: float = 0.0
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
