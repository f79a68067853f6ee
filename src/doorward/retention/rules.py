"""What may be kept how long: one rule for every table, also for those that this job never touches.

A rule is a condition on rows, not a date computed here: whoever writes a row gives it its clock
(`keep_until`), so that a later change of the settings does not shorten what was promised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, exists, func, not_, or_, select

from doorward.settings import RetentionSettings
from doorward.storage import tables as t

Ended = Callable[[datetime, RetentionSettings], ColumnElement[bool]]

REVOKED_KEYS = timedelta(days=365)  # long enough to say whose key it was in any inquiry


@dataclass(frozen=True, slots=True)
class Rule:
    """The clock of one table. `ended` is the condition of rows that are deleted; `None`: none ever."""

    table: Table
    what: str
    basis: str
    how: str
    ended: Ended | None = None


def _past_clock(table: Table) -> Ended:
    return lambda now, _: table.c.keep_until <= now


def _verdict_ended(now: datetime, _: RetentionSettings) -> ColumnElement[bool]:
    """Nobody who still has to judge may find that what there was to judge is gone."""
    v = t.verdicts.c
    preserved = exists().where(t.evidence_items.c.verdict_id == v.id)
    in_open_case = exists().where(t.cases.c.id == v.case_id, t.cases.c.state == "open")
    return and_(v.keep_until <= now, v.state != "held", not_(preserved), not_(in_open_case))


def _case_ended(now: datetime, _: RetentionSettings) -> ColumnElement[bool]:
    c = t.cases.c
    has_verdicts = exists().where(t.verdicts.c.case_id == c.id)
    return and_(c.state == "closed", c.keep_until <= now, not_(has_verdicts))


def _list_version_ended(now: datetime, settings: RetentionSettings) -> ColumnElement[bool]:
    """No verdict that named it is left; the latest row stays, so that no number is given twice."""
    kept = timedelta(days=max(settings.stopped_verdict_days, settings.allowed_findings_days))
    v, later = t.list_versions.c, t.list_versions.alias("later")
    latest = select(func.max(later.c.sequence)).where(later.c.name == v.name).scalar_subquery()
    return and_(v.superseded_at <= now - kept, v.sequence < latest)


def _outbox_ended(now: datetime, _: RetentionSettings) -> ColumnElement[bool]:
    return and_(t.outbox.c.state.in_(("done", "dead")), t.outbox.c.keep_until <= now)


def _run_ended(now: datetime, _: RetentionSettings) -> ColumnElement[bool]:
    r = t.server_runs.c
    accounted_for = or_(r.stopped_at.is_not(None), r.gap_recorded_at.is_not(None))
    return and_(r.keep_until <= now, accounted_for)


def _key_ended(now: datetime, _: RetentionSettings) -> ColumnElement[bool]:
    return t.api_keys.c.revoked_at <= now - REVOKED_KEYS


AT_CLOCK = "deleted when its clock has run out"

# In this order: a case goes after its last verdict.
RULES: tuple[Rule, ...] = (
    Rule(
        t.verdicts,
        what="verdicts: decision, rules, digests and context, no content",
        basis="to explain, contest and repeat a decision; of what was allowed, to try out new rules",
        how="deleted when its clock has run out, unless it is still held, its evidence is preserved or its "
        "case is open",
        ended=_verdict_ended,
    ),
    Rule(
        t.findings,
        what="findings of a verdict, no content",
        basis="as the verdict",
        how="deleted with its verdict",
    ),
    Rule(
        t.idempotency,
        what="answers to requests with an Idempotency-Key",
        basis="to answer a repeated request alike",
        how=AT_CLOCK,
        ended=_past_clock(t.idempotency),
    ),
    Rule(
        t.lists,
        what="lists in force: source, terms of use, expiry",
        basis="to know what is looked for, and on whose word",
        how="kept until a person removes the list",
    ),
    Rule(
        t.list_versions,
        what="versions of lists that were in force, without entries",
        basis="to explain the verdicts that name them",
        how="deleted when superseded for longer than any verdict is kept, except the latest of each list",
        ended=_list_version_ended,
    ),
    Rule(
        t.evidence_items,
        what="what was preserved, and where",
        basis="preservation that the law or the platform orders",
        how="never deleted by a clock: after `hold_until` a person may decide about it",
    ),
    Rule(
        t.evidence_keys,
        what="the wrapped key of each preserved item",
        basis="as the item",
        how="never deleted by a clock: destroying it destroys the item",
    ),
    Rule(
        t.cases,
        what="cases before people",
        basis="to decide them, and to answer an appeal",
        how="kept while open; deleted when closed, its clock has run out and no verdict of it is left",
        ended=_case_ended,
    ),
    Rule(
        t.account_facts,
        what="what the platform lent about an account, encrypted",
        basis="to complete reports",
        how=AT_CLOCK,
        ended=_past_clock(t.account_facts),
    ),
    Rule(
        t.context_requests,
        what="requests to the platform for account facts",
        basis="to accept the answer, once",
        how=AT_CLOCK,
        ended=_past_clock(t.context_requests),
    ),
    Rule(
        t.outbox,
        what="deliveries",
        basis="to deliver, not to deliver twice, and to show that it was done",
        how="kept while pending; deleted when delivered or given up and its clock has run out",
        ended=_outbox_ended,
    ),
    Rule(
        t.ledger_pending,
        what="ledger entries that wait for their place",
        basis="accountability",
        how="never deleted by a clock: only the ledger takes them, when it has given them a place",
    ),
    Rule(
        t.counters,
        what="counts of subjects by hour, kind, surface and decision, no personal data",
        basis="public figures",
        how=AT_CLOCK,
        ended=_past_clock(t.counters),
    ),
    Rule(
        t.server_runs,
        what="when server processes ran",
        basis="to show gaps in the counts",
        how="deleted when its clock has run out and it stopped in order or its gap is in the ledger",
        ended=_run_ended,
    ),
    Rule(
        t.api_keys,
        what="API keys: name, scopes, hash",
        basis="access control; who did what",
        how="kept while valid; deleted a year after it was revoked",
        ended=_key_ended,
    ),
)
