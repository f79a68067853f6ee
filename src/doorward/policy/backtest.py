"""Replays recorded findings against another policy: what would have been decided otherwise?"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from doorward.clock import Clock
from doorward.policy.backtest_report import BacktestReport, Change, Example, RuleCount
from doorward.policy.evaluate import PolicyResult, evaluate
from doorward.policy.recorded import Counted, Recorded, counted, recorded_verdicts
from doorward.policy.rules import FLOOR, Policy
from doorward.policy.vocabulary import Binding
from doorward.storage import Database
from doorward.verdicts import Decision, Mode

MOST_EXAMPLES = 20
_TOLD_EVERY = 100


def backtest(
    database: Database,
    new_policy: Policy,
    since: timedelta,
    clock: Clock,
    *,
    examples: int = MOST_EXAMPLES,
    progress: Callable[[int], None] = lambda _replayed: None,
) -> BacktestReport:
    """Decide all verdicts recorded within the last `since` anew, changing nothing.

    At most `examples` of the changed ones are named. `progress` is told now and then how many were
    replayed. Raises `storage.DatabaseUnavailable`.
    """
    until = clock.now()
    replay = _Replay(new_policy, examples)
    for number, record in enumerate(recorded_verdicts(database, until - since, until), start=1):
        if isinstance(record, Recorded):
            replay.add(record)
        else:
            replay.unreadable += 1
        if number % _TOLD_EVERY == 0:
            progress(number)
    known = database.read(lambda connection: counted(connection, until - since, until))
    return replay.report(until - since, until, known)


@dataclass(slots=True)
class _Replay:
    """Counts while verdicts pass by."""

    policy: Policy
    most_examples: int
    replayed: int = 0
    unreadable: int = 0
    changes: Counter[tuple[Decision, Decision]] = field(default_factory=Counter)
    matched: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    recorded_under: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    def add(self, record: Recorded) -> None:
        """Decide `record` anew."""
        result = evaluate(self.policy, record.subject, record.findings, record.not_assessed)
        self.replayed += 1
        self.changes[record.decision, result.decision] += 1
        self.recorded_under[record.policy_version] += 1
        self.matched.update(match.rule for match in result.rules)
        self.failed.update(match.rule for match in result.rules if match.error is not None)
        if record.decision is not result.decision and len(self.examples) < self.most_examples:
            self.examples.append(_example(record, result))

    def report(self, since: datetime, until: datetime, known: Counted) -> BacktestReport:
        """The figures, and what they leave out."""
        kept = sum(count for (old, _), count in self.changes.items() if old is Decision.ALLOW)
        unseen = max(known.allowed - kept, 0)
        return BacktestReport(
            policy_version=self.policy.version,
            since=since,
            until=until,
            replayed=self.replayed,
            unreadable=self.unreadable,
            unseen_allowed=unseen,
            oldest=known.oldest,
            recorded_under=dict(self.recorded_under),
            changes=tuple(Change(old, new, count) for (old, new), count in sorted(self.changes.items())),
            rules=tuple(self._rule_counts()),
            examples=tuple(self.examples),
            blind_spots=tuple(self._blind_spots(since, unseen, known.oldest)),
        )

    def _rule_counts(self) -> Iterator[RuleCount]:
        for rule in self.policy.rules:
            yield RuleCount(rule.name, rule.mode, self.matched[rule.name], self.failed[rule.name])
        if self.matched[FLOOR]:
            yield RuleCount(FLOOR, Mode.LIVE, self.matched[FLOOR], 0)

    def _blind_spots(self, since: datetime, unseen: int, oldest: datetime | None) -> Iterator[str]:
        if unseen:
            yield (
                f"Of about {unseen:,} allowed subjects only the number was kept: nothing was found in them, "
                "so rules about findings would not have matched, and other rules cannot be tried on them."
            )
            everywhere = [rule.name for rule in self.policy.groups[Binding.SUBJECT].rules]
            if everywhere:
                yield f"Rules about every subject would have matched more often: {', '.join(everywhere)}."
        if oldest is None:
            yield "No verdict is recorded at all."
        elif oldest > since:
            yield f"The records begin on {oldest:%Y-%m-%d %H:%M} UTC, later than the time asked for."
        if self.unreadable:
            yield f"{self.unreadable:,} records are of a form that this version cannot read; they are left out."
        yield "What other lists or other settings would have found was not looked for: only decisions are made anew."


def _example(record: Recorded, result: PolicyResult) -> Example:
    return Example(
        verdict=record.verdict,
        created_at=record.created_at,
        old=record.decision,
        new=result.decision,
        state=record.state,
        rules={match.rule: match.reason for match in result.rules if match.mode is Mode.LIVE},
    )
