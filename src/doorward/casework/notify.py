"""What the platform is told, as Standard Webhooks. Pure functions: record in, payload out.

A payload names what was found and where to look, never content: it passes through systems that are
not the vault. The sender adds id, time and signature.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from doorward.findings import Finding, NotAssessed
from doorward.verdicts import Verdict

WEBHOOK = "webhook"  # the outbox's kind for all of these

KEEP_THE_ITEM = (
    "Doorward could not preserve this item. Keep it where nobody but your safety staff can reach it: "
    "it may be evidence, and the law may order you to preserve it."
)
ASKED_FOR = ("names", "contact points", "IP and device events", "recent messages around the finding")


def verdict_decided(verdict: Verdict, *, account: str | None, surface: str | None) -> dict[str, Any]:
    """`verdict.decided`: something was stopped or warned about."""
    data: dict[str, Any] = {
        "verdict": verdict.id,
        "decision": verdict.decision,
        "kind": verdict.kind,
        "account": account,
        "surface": surface,
        "findings": _findings(verdict.findings),
        "not_assessed": _not_assessed(verdict.not_assessed),
        "actions": list(verdict.actions),
        "case": verdict.case,
        "preserved": verdict.preserved,
        "keep_item": verdict.preserved is False,
    }
    if verdict.preserved is False:
        data["advice"] = KEEP_THE_ITEM
    return _payload("verdict.decided", data)


def hold_settled(
    outcome: str,
    *,
    verdict_id: str,
    kind: str,
    account: str | None,
    surface: str | None,
    case_id: str | None,
    settled_at: datetime,
) -> dict[str, Any]:
    """`hold.released` (let it appear) or `hold.removed` (take it away): a person decided.

    Who, and why, stays with the record: reasons are written for colleagues.
    """
    data = {
        "verdict": verdict_id,
        "kind": kind,
        "account": account,
        "surface": surface,
        "case": case_id,
        "settled_at": settled_at.isoformat(),
    }
    return _payload(f"hold.{outcome}", data)


def context_requested(
    *, request_id: str, case_id: str, verdict_id: str, account: str, reply_to: str, answer_until: datetime
) -> dict[str, Any]:
    """`context.requested`: the platform is asked for what it knows of an account."""
    data = {
        "request": request_id,
        "case": case_id,
        "verdict": verdict_id,
        "account": account,
        "asked_for": list(ASKED_FOR),
        "reply_to": reply_to,
        "answer_until": answer_until.isoformat(),
    }
    return _payload("context.requested", data)


def _payload(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": kind, "data": dict(data)}


def _findings(findings: Iterable[Finding]) -> list[dict[str, str | None]]:
    """Each code with its list, once: a picture may match a list in several ways."""
    pairs = dict.fromkeys((finding.code.value, finding.list_name) for finding in findings)
    return [{"code": code, "list": list_name} for code, list_name in pairs]


def _not_assessed(items: Iterable[NotAssessed]) -> list[dict[str, str]]:
    pairs = dict.fromkeys((item.detector, item.cause.value) for item in items)
    return [{"detector": detector, "cause": cause} for detector, cause in pairs]
