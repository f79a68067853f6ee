"""Recorded verdicts, read back as far as a policy needs them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from doorward.findings import Finding, NotAssessed
from doorward.policy.facts import SubjectFacts
from doorward.policy.rules import NOT_PRESERVED
from doorward.storage import Database
from doorward.storage.tables import counters, findings, verdicts
from doorward.verdicts import Decision, Mode
from doorward.wire import finding_from_json, not_assessed_from_json

_BATCH = 500
_COLUMNS = tuple(
    verdicts.c[name]
    for name in (
        "id",
        "created_at",
        "decision",
        "state",
        "policy_version",
        "subject",
        "not_assessed",
        "rules",
    )
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A verdict as it was given, with all that a policy was asked about."""

    verdict: str
    created_at: datetime
    decision: Decision
    state: str
    policy_version: str
    subject: SubjectFacts
    findings: tuple[Finding, ...]
    not_assessed: tuple[NotAssessed, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record in a form that is not known here."""

    verdict: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of a time besides its recorded verdicts."""

    allowed: int
    oldest: datetime | None


def recorded_verdicts(
    database: Database, since: datetime, until: datetime
) -> Iterator[Recorded | Unreadable]:
    """All verdicts recorded from `since` to before `until`, the oldest first, in constant memory.

    Each batch is a transaction of its own, so that a long replay keeps no snapshot open.
    """
    last: tuple[datetime, str] | None = None
    while True:
        rows, found = database.read(partial(_batch, since=since, until=until, after=last))
        for row in rows:
            yield _recorded(row, found.get(row.id, ()))
        if len(rows) < _BATCH:
            return
        last = (rows[-1].created_at, rows[-1].id)


def counted(connection: Connection, since: datetime, until: datetime) -> Counted:
    """The allowed subjects counted from the hour of `since` on, and the oldest verdict there is."""
    hour = since.replace(minute=0, second=0, microsecond=0)
    allowed = connection.scalar(
        select(func.coalesce(func.sum(counters.c.subjects), 0)).where(
            counters.c.decision == Decision.ALLOW,
            counters.c.hour >= hour,
            counters.c.hour < until + timedelta(hours=1),
        )
    )
    oldest = connection.scalar(select(func.min(verdicts.c.created_at)))
    return Counted(int(allowed or 0), oldest)


def _batch(
    connection: Connection, since: datetime, until: datetime, after: tuple[datetime, str] | None
) -> tuple[Sequence[Row[Any]], Mapping[str, Sequence[Any]]]:
    query = select(*_COLUMNS).where(verdicts.c.created_at >= since, verdicts.c.created_at < until)
    if after is not None:
        moment, verdict = after
        same = and_(verdicts.c.created_at == moment, verdicts.c.id > verdict)
        query = query.where(or_(verdicts.c.created_at > moment, same))
    rows = connection.execute(query.order_by(verdicts.c.created_at, verdicts.c.id).limit(_BATCH)).all()
    bodies = defaultdict(list)
    of_these = findings.c.verdict_id.in_([row.id for row in rows])
    for row in connection.execute(select(findings).where(of_these).order_by(findings.c.position)):
        bodies[row.verdict_id].append(row.body)
    return rows, bodies


def _recorded(row: Row[Any], bodies: Sequence[Any]) -> Recorded | Unreadable:
    try:
        return Recorded(
            verdict=row.id,
            created_at=row.created_at,
            decision=_decided(row),
            state=row.state,
            policy_version=row.policy_version,
            subject=SubjectFacts.from_json(row.subject["policy"]),
            findings=tuple(finding_from_json(body) for body in bodies),
            not_assessed=tuple(not_assessed_from_json(item) for item in row.not_assessed),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Unreadable(row.id)


def _decided(row: Row[Any]) -> Decision:
    """What the policy decided: not what became of it where the item could not be preserved."""
    names = [match["rule"] for match in row.rules]
    if NOT_PRESERVED not in names:
        return Decision(row.decision)
    own = (
        Decision(match["decision"])
        for match in row.rules
        if match["rule"] != NOT_PRESERVED and match["mode"] == Mode.LIVE
    )
    return max(own, default=Decision.ALLOW)
