"""Asking the platform for context: a signed webhook out, one answer in."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from doorward import outbox
from doorward.casework import facts as account_facts
from doorward.casework.errors import ContextAnswered, ContextTooLate, ContextUnknown
from doorward.casework.facts import AccountFacts
from doorward.casework.notify import WEBHOOK, context_requested
from doorward.evidence import MasterKey
from doorward.ids import new_id
from doorward.storage.tables import cases, context_requests
from doorward.verdicts import Verdict

ASK_AGAIN_AFTER = timedelta(days=1)


def request_context(
    connection: Connection,
    *,
    verdict: Verdict,
    account: str,
    case_id: str,
    now: datetime,
    keep_until: datetime,
    public_url: str | None,
) -> str | None:
    """Ask what the platform knows of `account`; returns the request's id, or `None` if it was just asked.

    One question is enough for a burst of findings: no second goes out while one is unanswered and
    younger than a day. The answer goes to `/v1/context/{id}` under `public_url` (the path alone where
    this server does not know its own address), and is taken until `keep_until`.
    """
    # Verdicts about one account queue here, so that two at once do not both find nothing asked.
    connection.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update())
    if _is_being_asked(connection, account, now):
        return None
    request_id = new_id("x")
    connection.execute(
        context_requests.insert().values(
            id=request_id,
            case_id=case_id,
            verdict_id=verdict.id,
            account=account,
            requested_at=now,
            keep_until=keep_until,
        )
    )
    payload = context_requested(
        request_id=request_id,
        case_id=case_id,
        verdict_id=verdict.id,
        account=account,
        reply_to=f"{(public_url or '').rstrip('/')}/v1/context/{request_id}",
        answer_until=keep_until,
    )
    outbox.enqueue(
        connection, kind=WEBHOOK, payload=payload, dedupe_key=f"context.requested:{request_id}", now=now
    )
    return request_id


def answer(
    connection: Connection,
    key: MasterKey,
    request_id: str,
    facts: AccountFacts,
    *,
    now: datetime,
    keep_until: datetime,
) -> str:
    """Take the platform's answer; returns the account it is about.

    The facts replace what was known of the account. Raises `ContextUnknown`, `ContextAnswered`,
    `ContextTooLate` or `FactsTooLarge`.
    """
    request = context_requests.c
    row = connection.execute(select(context_requests).where(request.id == request_id)).one_or_none()
    if row is None:
        raise ContextUnknown(
            f"no request for context has the id {request_id!r}. Answer to the `reply_to` of the webhook; "
            "facts that nobody asked for go to /v1/accounts/{id}/facts."
        )
    if now >= row.keep_until:
        raise ContextTooLate(
            f"request {request_id} could be answered until {row.keep_until:%Y-%m-%d %H:%M} UTC. "
            "Send what is still of use to /v1/accounts/{id}/facts."
        )
    unanswered = update(context_requests).where(request.id == request_id, request.answered_at.is_(None))
    if connection.execute(unanswered.values(answered_at=now)).rowcount == 0:
        raise ContextAnswered(
            f"request {request_id} was answered before, and the first answer stands. "
            "Send corrections to /v1/accounts/{id}/facts."
        )
    account_facts.put(connection, key, row.account, facts, now=now, keep_until=keep_until)
    return str(row.account)


def _is_being_asked(connection: Connection, account: str, now: datetime) -> bool:
    request = context_requests.c
    query = select(request.id).where(
        request.account == account,
        request.answered_at.is_(None),
        request.requested_at > now - ASK_AGAIN_AFTER,
        request.keep_until > now,
    )
    return connection.execute(query.limit(1)).first() is not None
