"""Verdicts for tests of what follows them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from doorward.findings import Cause, Code, Finding, FindingKind, Method, NotAssessed
from doorward.ids import new_id
from doorward.storage.tables import findings, ledger_pending, outbox, verdicts
from doorward.subjects import SubjectKind
from doorward.verdicts import Action, Decision, Verdict
from doorward.wire import finding_to_json

MATCH = Finding(
    detector="imagery",
    code=Code.CSAM_KNOWN,
    kind=FindingKind.MATCH,
    explanation="The picture is 4 bits from entry 17 of list 'north'.",
    list_name="north",
    list_version="3-0a1b2c",
    entry="17",
    method=Method.PDQ,
    distance_bits=4,
    radius_bits=31,
)
SAME_FILE = Finding(
    detector="imagery",
    code=Code.CSAM_KNOWN,
    kind=FindingKind.MATCH,
    explanation="The file has the same SHA-256 digest as entry '17' of list 'north'.",
    list_name="north",
    list_version="3-0a1b2c",
    entry="17",
    method=Method.SHA256,
)
UNDECODABLE = NotAssessed("imagery", Cause.UNDECODABLE, "the file ends in the middle")


def verdict_of(*found: Finding, decision: Decision = Decision.HOLD, **changes: Any) -> Verdict:
    """A verdict with a fresh id."""
    values = {
        "id": new_id("v"),
        "kind": SubjectKind.UPLOAD,
        "decision": decision,
        "findings": found,
        **changes,
    }
    return Verdict(**values)


def record(
    connection: Connection,
    verdict: Verdict,
    *,
    now: datetime,
    account: str | None = "ann",
    state: str = "held",
) -> str:
    """The rows that the gate writes for a stopped subject; returns the verdict's id."""
    connection.execute(
        insert(verdicts).values(
            id=verdict.id,
            created_at=now,
            kind=verdict.kind,
            decision=verdict.decision,
            state=state,
            policy_version="p1",
            lists={},
            subject={"context": {"surface": "avatar"}},
            facts={},
            not_assessed=[],
            not_configured=[],
            actions=[Action.NOTIFY_PLATFORM],
            rules=[
                _rule("unknown-file", verdict.decision, "live"),
                _rule("an-idea", Decision.BLOCK, "shadow"),
            ],
            account=account,
            case_id=verdict.case,
            preserved=verdict.preserved,
            took_ms=1.0,
            keep_until=now + timedelta(days=365),
        )
    )
    for position, finding in enumerate(verdict.findings):
        row = {"verdict_id": verdict.id, "position": position, "code": finding.code}
        connection.execute(insert(findings).values(**row, body=finding_to_json(finding)))
    return verdict.id


def ledger_rows(connection: Connection) -> list[tuple[str, dict[str, Any]]]:
    """Kind and body of all that waits for its place in the ledger."""
    rows = connection.execute(select(ledger_pending.c.kind, ledger_pending.c.body))
    return [(row.kind, row.body) for row in rows]


def webhooks(connection: Connection) -> list[dict[str, Any]]:
    """The payloads of all webhooks ordered, in no particular order."""
    return list(connection.execute(select(outbox.c.payload).where(outbox.c.kind == "webhook")).scalars())


def count(connection: Connection, table: Any) -> int:
    """How many rows `table` has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _rule(name: str, decision: Decision, mode: str) -> dict[str, Any]:
    return {"rule": name, "mode": mode, "decision": decision, "actions": [], "reason": f"because of {name}"}
