"""A verdict and everything that must follow it, written in one transaction.

Order: preserved bytes are encrypted, written and fsynced first; then one database commit makes the
verdict, its findings, the evidence item, the case, the outbox rows, the ledger row and the answer
to a repeated request true together, or not at all. A process killed in between leaves at most an
encrypted file that the database does not know, which the orphan collector removes.

Of what is allowed nothing is written but counts, unless a finding or a shadow rule touched it: then
its findings stay for a while, without content and without the account.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, insert

from doorward import ledger, outbox
from doorward.access import idempotency
from doorward.access.idempotency import AlreadyAnswered, Claim
from doorward.casework import cases, context, notify
from doorward.clock import Clock
from doorward.evidence.spool import Reservation
from doorward.gate import GateUnavailable
from doorward.ledger import Counters
from doorward.policy import rules as policy_names
from doorward.policy.facts import subject_facts
from doorward.preserving import Preserver, Stored
from doorward.settings import Settings
from doorward.storage import Database, DatabaseUnavailable
from doorward.storage.tables import findings, verdicts
from doorward.subjects import Subject, Upload
from doorward.verdicts import Action, Decision, Mode, RuleMatch, Verdict
from doorward.wire import finding_to_json, not_assessed_to_json, rule_to_json, verdict_to_json

log = structlog.get_logger(__name__)

NOT_PRESERVED = RuleMatch(
    rule=policy_names.NOT_PRESERVED,
    mode=Mode.LIVE,
    decision=Decision.HOLD,
    actions=(Action.NOTIFY_PLATFORM,),
    reason="The item was to be preserved and could not be, so the platform must keep it.",
)

LEGAL_BASIS = "platform_hold"  # what the law adds (18 USC 2258A(h), OSA reg 8) begins with a report


class NothingRecorded:
    """A recorder for those who only want to look. Satisfies `doorward.gate.Recorder`."""

    async def record(
        self, subject: Subject, verdict: Verdict, reservation: Reservation | None, claim: Claim | None
    ) -> Verdict:
        """`verdict` as it is."""
        return verdict


class VerdictRecorder:
    """Satisfies `doorward.gate.Recorder` on the database, the vault and the outbox."""

    def __init__(
        self, database: Database, preserver: Preserver, counters: Counters, settings: Settings, clock: Clock
    ) -> None:
        self._database = database
        self._preserver = preserver
        self._counters = counters
        self._settings = settings
        self._clock = clock

    async def record(
        self, subject: Subject, verdict: Verdict, reservation: Reservation | None, claim: Claim | None
    ) -> Verdict:
        """Record `verdict`; returns it with its case and evidence. Raises `GateUnavailable`."""
        stored = None
        if Action.PRESERVE in verdict.actions:
            stored = await self._preserver.store(subject, verdict.facts, reservation)
            verdict = _with_preservation(verdict, stored)
        recorded = await self._write(subject, verdict, stored, claim)
        self._counters.count(verdict.kind, subject.context.surface or "", verdict.decision)
        return recorded

    async def _write(
        self, subject: Subject, verdict: Verdict, stored: Stored | None, claim: Claim | None
    ) -> Verdict:
        if claim is None and not _leaves_a_trace(verdict):
            return verdict
        record = _Record(subject, verdict, stored, claim, self._settings, self._clock.now())
        try:
            recorded = await self._database.write_async(record.write)
        except AlreadyAnswered:
            await self._preserver.discard(stored)
            raise
        except DatabaseUnavailable as error:
            await self._preserver.discard(stored)  # removed later, unless the commit took place after all
            raise GateUnavailable(f"the verdict could not be recorded: {error}") from error
        await self._preserver.keep(stored)
        return recorded


def _with_preservation(verdict: Verdict, stored: Stored | None) -> Verdict:
    """What was to be preserved and was not is held: the platform must keep the item, not throw it away."""
    if stored is not None:
        return replace(verdict, preserved=True, evidence=stored.item.id)
    rules = (*verdict.rules, NOT_PRESERVED)
    return replace(verdict, preserved=False, decision=Decision.HOLD, rules=rules)


def _leaves_a_trace(verdict: Verdict) -> bool:
    return verdict.decision > Decision.ALLOW or bool(
        verdict.findings or verdict.rules or verdict.not_assessed
    )


@dataclass(frozen=True, slots=True)
class _Record:
    """One verdict on its way into the database; `write` may run again and then does the same."""

    subject: Subject
    verdict: Verdict
    stored: Stored | None
    claim: Claim | None
    settings: Settings
    now: datetime

    def write(self, connection: Connection) -> Verdict:
        verdict = self.verdict
        if self._is_stopped:
            if Action.OPEN_CASE in verdict.actions:
                verdict = self._open_case(connection, verdict)
            if self.stored is not None:
                self._record_evidence(connection, self.stored)
            if Action.NOTIFY_PLATFORM in verdict.actions or verdict.preserved is False:
                self._notify(connection, verdict)
            ledger.append(connection, kind="verdict", body=_ledger_body(verdict), now=self.now)
        if _leaves_a_trace(verdict):
            self._insert(connection, verdict)
        if self.claim is not None:
            self._answer(connection, self.claim, verdict)
        return verdict

    @property
    def _is_stopped(self) -> bool:
        return self.verdict.decision > Decision.ALLOW

    @property
    def _account(self) -> str | None:
        return self.subject.context.account

    def _open_case(self, connection: Connection, verdict: Verdict) -> Verdict:
        case = cases.open_or_update(connection, verdict, account=self._account, now=self.now)
        if self._account is not None and self.settings.webhooks.url is not None:
            context.request_context(
                connection,
                verdict=verdict,
                account=self._account,
                case_id=case,
                now=self.now,
                keep_until=self.now + timedelta(days=self.settings.retention.account_facts_days),
                public_url=self.settings.webhooks.public_url,
            )
        return replace(verdict, case=case)

    def _record_evidence(self, connection: Connection, stored: Stored) -> None:
        stored.vault.record(
            connection,
            stored.item,
            verdict_id=self.verdict.id,
            hold_until=self.now + timedelta(days=self.settings.retention.evidence_days),
            legal_basis=LEGAL_BASIS,
            now=self.now,
        )

    def _notify(self, connection: Connection, verdict: Verdict) -> None:
        if self.settings.webhooks.url is None:
            return  # the caller has the answer; start-up and /readyz warn that nothing else is told
        payload = notify.verdict_decided(verdict, account=self._account, surface=self.subject.context.surface)
        outbox.enqueue(
            connection,
            kind="webhook",
            payload=payload,
            dedupe_key=f"verdict.decided:{verdict.id}",
            now=self.now,
        )

    def _insert(self, connection: Connection, verdict: Verdict) -> None:
        connection.execute(insert(verdicts).values(**self._row(verdict)))
        rows = [
            {"verdict_id": verdict.id, "position": place, "code": one.code, "body": finding_to_json(one)}
            for place, one in enumerate(verdict.findings)
        ]
        if rows:
            connection.execute(insert(findings), rows)

    def _row(self, verdict: Verdict) -> dict[str, object]:
        retention = self.settings.retention
        days = retention.stopped_verdict_days if self._is_stopped else retention.allowed_findings_days
        return {
            "id": verdict.id,
            "created_at": self.now,
            "kind": verdict.kind,
            "decision": verdict.decision,
            "state": "held" if verdict.decision is Decision.HOLD else "final",
            "policy_version": verdict.policy_version,
            "lists": dict(verdict.lists),
            "subject": self._subject_json(),
            "facts": dict(verdict.facts) if self._is_stopped else {},
            "not_assessed": [not_assessed_to_json(item) for item in verdict.not_assessed],
            "not_configured": list(verdict.not_configured),
            "actions": list(verdict.actions),
            "rules": [rule_to_json(match) for match in verdict.rules],
            "account": self._account if self._is_stopped else None,
            "case_id": verdict.case,
            "evidence_id": verdict.evidence,
            "preserved": verdict.preserved,
            "took_ms": verdict.took_ms,
            "keep_until": self.now + timedelta(days=days),
        }

    def _subject_json(self) -> dict[str, object]:
        """What a backtest needs; of what was stopped also the circumstances, which a report needs."""
        body: dict[str, object] = {"policy": subject_facts(self.subject, self.verdict.facts).to_json()}
        if not self._is_stopped:
            return body
        told = self.subject.context
        body["context"] = {
            "surface": told.surface,
            "visibility": told.visibility,
            "occurred_at": told.occurred_at.isoformat() if told.occurred_at else None,
            "ip": told.ip,
            "jurisdiction": told.jurisdiction,
            "filename": self.subject.filename if isinstance(self.subject, Upload) else None,
        }
        return body

    def _answer(self, connection: Connection, claim: Claim, verdict: Verdict) -> None:
        keep_until = self.now + timedelta(hours=self.settings.retention.idempotency_hours)
        idempotency.record(connection, claim, 200, verdict_to_json(verdict), self.now, keep_until)


def _ledger_body(verdict: Verdict) -> dict[str, object]:
    """What outsiders may verify later: that this was decided, by which rules and lists; no person, no content."""
    return {
        "verdict": verdict.id,
        "kind": verdict.kind,
        "decision": verdict.decision,
        "codes": sorted({finding.code for finding in verdict.findings}),
        "policy": verdict.policy_version,
        "lists": dict(verdict.lists),
        "preserved": verdict.preserved,
    }
