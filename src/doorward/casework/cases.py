"""Cases: what was found about one account, or one item where no account is known, before people."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from doorward.ids import new_id
from doorward.storage.tables import cases
from doorward.storage.upsert import insert
from doorward.verdicts import Verdict

_OPEN_CASE = cases.c.state == "open"


class CaseState(StrEnum):
    """A closed case stays closed: what comes after it opens a new one, so that a second offence counts."""

    OPEN = "open"
    CLOSED = "closed"


def open_or_update(connection: Connection, verdict: Verdict, *, account: str | None, now: datetime) -> str:
    """Bring `verdict` into the open case of `account`, opening one if there is none; returns its id.

    Without an account the item is the case. The case's row stays locked until the transaction ends,
    so that whatever else is done once per case (asking for context) is done once.
    """
    key = subject_key(verdict, account)
    while (case := _lock_open_case(connection, key)) is None:
        case_id = _open(connection, key, verdict, account, now)
        if case_id is not None:
            return case_id
        # Another transaction opened it meanwhile; it is committed now, and the next look sees it.
    connection.execute(
        update(cases)
        .where(cases.c.id == case.id)
        .values(
            updated_at=max(now, case.updated_at),
            findings=case.findings + len(verdict.findings),
            codes=_codes(verdict, case.codes),
        )
    )
    return str(case.id)


def subject_key(verdict: Verdict, account: str | None) -> str:
    """What a case is about."""
    return f"item:{verdict.id}" if account is None else f"account:{account}"


def _lock_open_case(connection: Connection, key: str) -> Row[Any] | None:
    query = select(cases).where(cases.c.subject_key == key, _OPEN_CASE).with_for_update()
    return connection.execute(query).one_or_none()


def _open(
    connection: Connection, key: str, verdict: Verdict, account: str | None, now: datetime
) -> str | None:
    case_id = new_id("c")
    opened = insert(connection, cases).values(
        id=case_id,
        subject_key=key,
        account=account,
        state=CaseState.OPEN,
        opened_at=now,
        updated_at=now,
        findings=len(verdict.findings),
        codes=_codes(verdict, ()),
    )
    unless_open = opened.on_conflict_do_nothing(index_elements=[cases.c.subject_key], index_where=_OPEN_CASE)
    return case_id if connection.execute(unless_open).rowcount == 1 else None


def _codes(verdict: Verdict, known: Iterable[str]) -> list[str]:
    return sorted({*known, *(finding.code.value for finding in verdict.findings)})
