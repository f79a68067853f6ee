"""What another policy would have decided, in figures and examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from doorward.verdicts import Decision, Mode


@dataclass(frozen=True, slots=True)
class Change:
    """How many verdicts went from `old` to `new`; both may be the same."""

    old: Decision
    new: Decision
    verdicts: int


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule of the new policy matched, and how often it could not be evaluated."""

    rule: str
    mode: Mode
    matched: int
    failed: int


@dataclass(frozen=True, slots=True)
class Example:
    """A verdict that would have been another, and the rules that say so, with their reasons."""

    verdict: str
    created_at: datetime
    old: Decision
    new: Decision
    state: str  # final | held | released | removed: what people have made of it since
    rules: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "created_at": self.created_at.isoformat(),
            "old": self.old,
            "new": self.new,
            "state": self.state,
            "rules": dict(self.rules),
        }


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """The outcome of a backtest; `blind_spots` says in sentences what it could not see."""

    policy_version: str
    since: datetime
    until: datetime
    replayed: int
    unreadable: int
    unseen_allowed: int  # allowed subjects of which only a count was kept
    oldest: datetime | None
    recorded_under: Mapping[str, int]  # policy version -> verdicts
    changes: tuple[Change, ...]
    rules: tuple[RuleCount, ...]
    examples: tuple[Example, ...]
    blind_spots: tuple[str, ...]

    @property
    def changed(self) -> int:
        """How many verdicts would have been others."""
        return sum(change.verdicts for change in self.changes if change.old is not change.new)

    def to_json(self) -> dict[str, Any]:
        """The report as printed by `doorward policy backtest --json`."""
        return {
            "policy": self.policy_version,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "replayed": self.replayed,
            "changed": self.changed,
            "unreadable": self.unreadable,
            "unseen_allowed": self.unseen_allowed,
            "oldest": self.oldest.isoformat() if self.oldest else None,
            "recorded_under": dict(self.recorded_under),
            "changes": [{"old": c.old, "new": c.new, "verdicts": c.verdicts} for c in self.changes],
            "rules": [
                {"rule": r.rule, "mode": r.mode, "matched": r.matched, "failed": r.failed} for r in self.rules
            ],
            "examples": [example.to_json() for example in self.examples],
            "blind_spots": list(self.blind_spots),
        }
