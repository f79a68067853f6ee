"""A verdict and what must follow it: all in one transaction, or nothing."""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, func, select

from doorward import ledger
from doorward.access.idempotency import AlreadyAnswered, Claim, find
from doorward.bodies import MemoryBody
from doorward.clock import ManualClock
from doorward.evidence import Spool, Vault, create_master_key
from doorward.findings import Cause, NotAssessed
from doorward.gate import GateUnavailable
from doorward.preserving import Preserver
from doorward.recording import VerdictRecorder
from doorward.settings import Settings, WebhookSettings
from doorward.storage import Database
from doorward.storage.tables import (
    cases,
    context_requests,
    counters,
    evidence_items,
    evidence_keys,
    findings,
    idempotency,
    ledger_pending,
    outbox,
    verdicts,
)
from doorward.subjects import Context, Message, Subject, SubjectKind, Upload
from doorward.verdicts import Action, Decision, Mode, RuleMatch, Verdict
from support.casefiles import SAME_FILE

RUN = "r_test"
PHOTOGRAPH = b"a photograph"
BLOCK = Verdict(
    id="v_1",
    kind=SubjectKind.UPLOAD,
    decision=Decision.BLOCK,
    findings=(SAME_FILE,),
    actions=(Action.PRESERVE, Action.OPEN_CASE, Action.NOTIFY_PLATFORM),
    policy_version="p",
    lists={"a": "1"},
    facts={name: hashlib.new(name, PHOTOGRAPH).hexdigest() for name in ("md5", "sha1", "sha256")},
)
ALLOW = Verdict(id="v_2", kind=SubjectKind.UPLOAD, decision=Decision.ALLOW, policy_version="p")


class _Desk:
    """A recorder with everything real behind it."""

    def __init__(self, database: Database, folder: Path, clock: ManualClock, spool_bytes: int) -> None:
        settings = Settings(data_dir=folder, webhooks=WebhookSettings(url="http://127.0.0.1:9/hooks"))
        self.database = database
        self.vault = Vault(folder / "evidence", create_master_key(folder / "master.key"))
        self.spool = Spool(folder / "evidence" / "spool", spool_bytes)
        self.counters = ledger.Counters(database, clock, RUN)
        database.write(lambda c: ledger.start_run(c, RUN, clock.now(), timedelta(days=1)))
        self._recorder = VerdictRecorder(
            database, Preserver(self.vault, self.spool), self.counters, settings, clock
        )

    def record(self, verdict: Verdict, subject: Subject | None = None, claim: Claim | None = None) -> Verdict:
        body = MemoryBody.of(PHOTOGRAPH)
        context = Context(account="u-1", surface="avatar", ip="203.0.113.7")
        subject = subject or Upload(body, context, filename="cat.png")
        reservation = self.spool.reserve(body.size)

        async def recorded() -> Verdict:
            made = await self._recorder.record(subject, verdict, reservation, claim)
            await self.counters.flush()
            return made

        return asyncio.run(recorded())

    def count(self, table: Table) -> int:
        query = select(func.count()).select_from(table)
        return self.database.read(lambda c: int(c.execute(query).scalar_one()))


@pytest.fixture
def desk(database: Database, tmp_path: Path, clock: ManualClock) -> Iterator[_Desk]:
    desk = _Desk(database, tmp_path, clock, spool_bytes=10_000_000)
    yield desk
    desk.spool.close()


@pytest.fixture
def desk_without_space(sqlite_database: Database, tmp_path: Path, clock: ManualClock) -> Iterator[_Desk]:
    desk = _Desk(sqlite_database, tmp_path, clock, spool_bytes=0)
    yield desk
    desk.spool.close()


def test_a_block_brings_evidence_case_webhook_and_ledger_with_it(desk: _Desk) -> None:
    verdict = desk.record(BLOCK)
    assert verdict.preserved is True
    assert verdict.case is not None
    for table, rows in ((verdicts, 1), (findings, 1), (evidence_items, 1), (evidence_keys, 1), (cases, 1)):
        assert desk.count(table) == rows, table.name
    kinds = desk.database.read(lambda c: set(c.execute(select(ledger_pending.c.kind)).scalars()))
    assert {"verdict", "evidence_preserved"} <= kinds
    told = desk.database.read(lambda c: [row.payload["type"] for row in c.execute(select(outbox))])
    assert sorted(told) == ["context.requested", "verdict.decided"]
    assert desk.count(context_requests) == 1


def test_what_is_preserved_is_what_was_sent(desk: _Desk) -> None:
    verdict = desk.record(BLOCK)
    item = verdict.evidence
    assert item is not None
    preserved = desk.database.read(lambda c: desk.vault.open(c, item))
    assert b"".join(preserved) == PHOTOGRAPH


def test_of_what_is_allowed_only_a_count_remains(desk: _Desk) -> None:
    desk.record(ALLOW)
    assert desk.count(verdicts) == 0
    assert desk.count(ledger_pending) == 0
    rows = desk.database.read(lambda c: c.execute(select(counters)).all())
    assert [(row.kind, row.surface, row.decision, row.subjects) for row in rows] == [
        ("upload", "avatar", "allow", 1)
    ]


def test_an_allowed_finding_is_kept_without_account_address_or_name(desk: _Desk) -> None:
    shadow = RuleMatch("r", Mode.SHADOW, Decision.HOLD, (), "tried")
    desk.record(replace(ALLOW, findings=(SAME_FILE,), rules=(shadow,)))
    row = desk.database.read(lambda c: c.execute(select(verdicts)).one())
    assert row.account is None
    for told in ("u-1", "203.0.113.7", "cat.png"):
        assert told not in str(row._mapping)
    assert (row.keep_until - row.created_at).days == 30


def test_a_hold_waits_for_a_person_and_a_block_is_final(desk: _Desk) -> None:
    missing = NotAssessed("imagery", Cause.UNDECODABLE, "it could not be decoded")
    desk.record(BLOCK)
    desk.record(replace(ALLOW, decision=Decision.HOLD, not_assessed=(missing,)))
    states = desk.database.read(lambda c: {row.id: row.state for row in c.execute(select(verdicts))})
    assert states == {"v_1": "final", "v_2": "held"}


def test_without_space_the_answer_is_hold_and_the_platform_is_told_to_keep_it(
    desk_without_space: _Desk,
) -> None:
    verdict = desk_without_space.record(BLOCK)
    assert verdict.decision is Decision.HOLD
    assert verdict.preserved is False
    payloads = desk_without_space.database.read(lambda c: c.execute(select(outbox.c.payload)).scalars().all())
    told = next(each["data"] for each in payloads if each["type"] == "verdict.decided")
    assert told["keep_item"] is True
    assert desk_without_space.count(evidence_items) == 0


def test_a_message_can_be_preserved_too(desk: _Desk) -> None:
    message = Message("See you at training.", "c-1", context=Context(account="u-1"))
    verdict = desk.record(replace(BLOCK, kind=SubjectKind.MESSAGE, facts={}), message)
    item = verdict.evidence
    assert item is not None
    preserved = desk.database.read(lambda c: desk.vault.open(c, item))
    assert b"See you at training." in b"".join(preserved)


def test_a_repeated_request_is_recorded_once(desk: _Desk) -> None:
    claim = Claim("k_1", "key", "f" * 64)
    first = desk.record(BLOCK, claim=claim)
    with pytest.raises(AlreadyAnswered):
        desk.record(replace(BLOCK, id="v_9"), claim=claim)
    assert desk.count(verdicts) == 1
    assert desk.count(evidence_items) == 1

    def stored(connection: Connection) -> str:
        answer = find(connection, claim, ManualClock(first_moment).now())
        assert answer is not None
        return str(answer.response["verdict"])

    first_moment = desk.database.read(lambda c: c.execute(select(idempotency.c.created_at)).scalar_one())
    assert desk.database.read(stored) == first.id


def test_an_allowed_request_with_a_key_keeps_its_answer_and_nothing_else(desk: _Desk) -> None:
    desk.record(ALLOW, claim=Claim("k_1", "key", "f" * 64))
    assert desk.count(idempotency) == 1
    assert desk.count(verdicts) == 0


def test_where_the_record_cannot_be_written_the_gate_is_unavailable(desk_without_space: _Desk) -> None:
    database = desk_without_space.database
    with database.engine.connect() as blocker:  # BEGIN IMMEDIATE, for longer than anyone waits
        blocker.exec_driver_sql("PRAGMA user_version = 1")
        with pytest.raises(GateUnavailable, match="could not be recorded"):
            desk_without_space.record(replace(BLOCK, actions=()))
