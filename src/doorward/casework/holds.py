"""Held items: machines hold, a person releases or removes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, literal, select, tuple_, update

from doorward import ledger, outbox
from doorward.casework.errors import HoldConflict, HoldUnknown, NotHeld, SettlementIncomplete
from doorward.casework.notify import WEBHOOK, hold_settled
from doorward.storage.tables import findings, verdicts

HELD = "held"
MAX_REASON_CHARS = 4_000
MAX_NAME_CHARS = 255


class Outcome(StrEnum):
    """What a person decided about a held item; also the verdict's state from then on."""

    RELEASED = "released"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One item that waits for a person."""

    verdict: str
    held_at: datetime
    kind: str
    account: str | None
    surface: str | None
    codes: tuple[str, ...]
    reasons: tuple[str, ...]  # of the rules that held it
    case: str | None
    preserved: bool | None

    def to_json(self) -> dict[str, Any]:
        """The same on the command line and over HTTP."""
        return {**asdict(self), "held_at": self.held_at.isoformat()}


@dataclass(frozen=True, slots=True)
class Settled:
    """How a hold ended. `changed` is false where it had ended the same way before."""

    verdict: str
    outcome: Outcome
    by: str
    reason: str
    at: datetime
    changed: bool

    def to_json(self) -> dict[str, Any]:
        """The same on the command line and over HTTP."""
        return {**asdict(self), "at": self.at.isoformat()}


def list_held(connection: Connection, *, limit: int = 100, after: str | None = None) -> tuple[HeldItem, ...]:
    """Held items, the longest waiting first; `after` is the last verdict of the page before.

    Raises `HoldUnknown` where `after` is no verdict.
    """
    query = select(verdicts).where(verdicts.c.state == HELD)
    if after is not None:
        query = query.where(_is_later_than(_verdict(connection, after)))
    rows = connection.execute(query.order_by(verdicts.c.created_at, verdicts.c.id).limit(limit)).all()
    codes = _codes_of(connection, [row.id for row in rows])
    return tuple(_held_item(row, codes.get(row.id, ())) for row in rows)


def settle(
    connection: Connection,
    verdict_id: str,
    outcome: Outcome,
    *,
    by: str,
    reason: str,
    now: datetime,
    notify: bool,
) -> Settled:
    """End a hold as `by` decided, record it, and have the platform told where `notify` says so.

    Deciding the same again has no second effect and returns what was decided first. Raises
    `HoldUnknown`, `NotHeld`, `HoldConflict` or `SettlementIncomplete`.
    """
    by, reason = _complete(by, reason)
    settled = update(verdicts).where(verdicts.c.id == verdict_id, verdicts.c.state == HELD)
    changed = connection.execute(
        settled.values(state=outcome.value, settled_at=now, settled_by=by, settled_reason=reason)
    ).rowcount
    row = _verdict(connection, verdict_id)
    if not changed:
        return _settled_before(row, outcome)
    ledger.append(connection, kind=f"hold_{outcome}", body={"verdict": verdict_id}, now=now)
    if notify:
        _tell_platform(connection, row, outcome, now)
    return Settled(verdict_id, outcome, by, reason, now, changed=True)


def _is_later_than(last: Row[Any]) -> ColumnElement[bool]:
    held_at = literal(last.created_at, verdicts.c.created_at.type)
    return tuple_(verdicts.c.created_at, verdicts.c.id) > tuple_(held_at, literal(last.id))


def _complete(by: str, reason: str) -> tuple[str, str]:
    by, reason = by.strip(), reason.strip()
    if not _is_text(by, MAX_NAME_CHARS):
        raise SettlementIncomplete(f"say who decides: 1 to {MAX_NAME_CHARS} characters, none of them NUL.")
    if not _is_text(reason, MAX_REASON_CHARS):
        raise SettlementIncomplete(f"give a reason: 1 to {MAX_REASON_CHARS} characters, none of them NUL.")
    return by, reason


def _is_text(text: str, limit: int) -> bool:
    """PostgreSQL stores no NUL character; every other sign may be part of a name."""
    return 0 < len(text) <= limit and "\0" not in text


def _verdict(connection: Connection, verdict_id: str) -> Row[Any]:
    row = connection.execute(select(verdicts).where(verdicts.c.id == verdict_id)).one_or_none()
    if row is None:
        raise HoldUnknown(
            f"no verdict has the id {verdict_id!r}. `doorward hold list` shows what is held; "
            "what was allowed is not kept."
        )
    return row


def _settled_before(row: Row[Any], outcome: Outcome) -> Settled:
    if row.state not in tuple(Outcome):
        raise NotHeld(_why_not_held(row))
    if row.state != outcome:
        raise HoldConflict(
            f"verdict {row.id} was {row.state} by {row.settled_by} at {row.settled_at:%Y-%m-%d %H:%M} UTC "
            f"and cannot be {outcome} now. A decision is not overwritten; speak with whoever made it."
        )
    return Settled(row.id, outcome, row.settled_by, row.settled_reason, row.settled_at, changed=False)


def _why_not_held(row: Row[Any]) -> str:
    if row.decision == "block":
        return (
            f"verdict {row.id} is a block, and a block is final here: only held items are released "
            "or removed. If the match is wrong, remove the entry from its list and screen the item again."
        )
    return f"verdict {row.id} says {row.decision!r}, not hold: there is nothing to release or remove."


def _tell_platform(connection: Connection, row: Row[Any], outcome: Outcome, now: datetime) -> None:
    payload = hold_settled(
        outcome,
        verdict_id=row.id,
        kind=row.kind,
        account=row.account,
        surface=_surface(row),
        case_id=row.case_id,
        settled_at=now,
    )
    outbox.enqueue(
        connection, kind=WEBHOOK, payload=payload, dedupe_key=f"{payload['type']}:{row.id}", now=now
    )


def _surface(row: Row[Any]) -> str | None:
    surface: str | None = row.subject.get("context", {}).get("surface")
    return surface


def _codes_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = select(findings.c.verdict_id, findings.c.code).where(findings.c.verdict_id.in_(ids)).distinct()
    codes: dict[str, tuple[str, ...]] = {}
    for verdict_id, code in connection.execute(query.order_by(findings.c.code)):
        codes[verdict_id] = (*codes.get(verdict_id, ()), code)
    return codes


def _held_item(row: Row[Any], codes: tuple[str, ...]) -> HeldItem:
    live = [rule for rule in row.rules if rule["mode"] == "live" and rule["decision"] == row.decision]
    return HeldItem(
        verdict=row.id,
        held_at=row.created_at,
        kind=row.kind,
        account=row.account,
        surface=_surface(row),
        codes=codes,
        reasons=tuple(dict.fromkeys(rule["reason"] for rule in live)),
        case=row.case_id,
        preserved=row.preserved,
    )
