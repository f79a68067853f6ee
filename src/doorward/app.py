"""The composition root: builds the parts from the settings and wires them. Only this file knows every part."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from doorward import ledger
from doorward.access import KeyRing
from doorward.clock import Clock, SystemClock, stopped_within
from doorward.doors.http import HttpServices, create_app
from doorward.doors.http.budget import MemoryBudget
from doorward.doors.http.house import House
from doorward.doors.http.metrics import Metrics
from doorward.doors.http.probes import canary_stopped, database_writable, detector_working
from doorward.doors.http.readiness import Readiness
from doorward.doors.http.rooms import AnswersInDatabase, FactsInDatabase, HoldsInDatabase, VerdictsInDatabase
from doorward.evidence import EvidenceError, MasterKey, Spool, Vault
from doorward.gate import Gate, Recorder
from doorward.housekeeping import Housekeeper
from doorward.ids import new_id
from doorward.imagery import canary
from doorward.imagery.decoding.pool import DecoderPool
from doorward.imagery.detector import ImageryDetector
from doorward.lists.catalogue import Catalogue
from doorward.outbox import Handler, Limits, Runner
from doorward.outbox.webhooks import WebhookSender
from doorward.policy.problems import PolicyError
from doorward.policy.required import missing
from doorward.policy.source import PolicyFile
from doorward.preserving import Preserver
from doorward.recording import NothingRecorded, VerdictRecorder
from doorward.serving import Loop, running
from doorward.settings import Settings, load
from doorward.storage import Database, DatabaseUnavailable, SchemaOutdated, check_schema, open_database
from doorward.subjects import SubjectKind

DATA_VARIABLE = "DOORWARD_DATA"  # how a worker process of the server finds its data directory
UPLOADS_PER_DECODER = 2  # one being decoded, one whose bytes are being digested or matched
POLICY_POLL_S = 1.0
ORDERLY_STOP_S = 5.0


class StartRefused(Exception):
    """The server may not start like this; the message says what is missing and how to mend it."""


@dataclass(frozen=True, slots=True)
class Screening:
    """The parts that look at a subject and decide."""

    gate: Gate
    imagery: ImageryDetector
    catalogue: Catalogue
    decoders: DecoderPool
    policy: PolicyFile

    def missing(self) -> tuple[str, ...]:
        """What the policy requires and is not there, in words."""
        configured = {kind: self.gate.configured(kind) for kind in SubjectKind}
        return missing(self.policy.current(), configured)


def build_screening(
    settings: Settings, database: Database, clock: Clock, recorder: Recorder | None = None
) -> Screening:
    """Wire what screens. The lists are loaded; the decoders are started by whoever runs it."""
    catalogue = Catalogue(database, settings.snapshots_dir, clock, settings.lists)
    decoders = DecoderPool(settings.imagery, clock)
    imagery = ImageryDetector(catalogue, decoders, clock)
    catalogue.refresh()
    policy = PolicyFile(settings.policy_file, clock, frozenset(catalogue.current()))
    gate = Gate(
        detectors=(imagery,),
        policy=policy,
        recorder=recorder or NothingRecorded(),
        settings=settings.gate,
        clock=clock,
        uploads_at_once=UPLOADS_PER_DECODER * (settings.imagery.workers or os.cpu_count() or 1),
    )
    return Screening(gate, imagery, catalogue, decoders, policy)


@asynccontextmanager
async def open_screening(settings: Settings, database: Database, clock: Clock) -> AsyncIterator[Screening]:
    """Screening for a command: nothing it decides is recorded."""
    screening = build_screening(settings, database, clock)
    await screening.decoders.start()
    try:
        yield screening
    finally:
        await screening.decoders.close()


def check_before_start(settings: Settings) -> tuple[str, ...]:
    """What a server needs, looked at before it listens; returns warnings. Raises `StartRefused`."""
    clock = SystemClock()
    try:
        database = _open(settings)
        try:
            check_schema(database)
            screening = build_screening(settings, database, clock)
            vault = Vault(settings.evidence_dir, MasterKey.load(settings.master_key_file))
            database.read(vault.check_master_key)
        finally:
            database.close()
    except (DatabaseUnavailable, SchemaOutdated, PolicyError, EvidenceError, ValueError, OSError) as error:
        raise StartRefused(str(error)) from error
    if absent := screening.missing():
        raise StartRefused("\n".join(absent))
    return tuple(_warnings(settings, screening))


def _warnings(settings: Settings, screening: Screening) -> Iterable[str]:
    yield from screening.imagery.readiness().warnings
    yield from screening.policy.warnings()
    if "imagery" not in screening.gate.configured(SubjectKind.UPLOAD):
        yield (
            "there is no hash list: uploads are compared with the canary only. Import one with "
            "`doorward lists import`, then require it in policy.toml under [required]."
        )
    if settings.webhooks.url is None:
        yield "no webhook is configured ([webhooks] url): the platform learns only what it asks for."


def asgi() -> FastAPI:
    """The HTTP application of one server process, for uvicorn."""
    return build_server(load(Path(os.environ[DATA_VARIABLE])), SystemClock())


def build_server(settings: Settings, clock: Clock) -> FastAPI:
    """Wire one server process. Nothing runs until the application's lifespan begins."""
    run_id = new_id("r")
    database = _open(settings)
    master_key = MasterKey.load(settings.master_key_file)
    vault = Vault(settings.evidence_dir, master_key)
    spool = Spool(settings.evidence_dir / "spool", settings.evidence.spool_bytes)
    keep_counts = timedelta(days=settings.retention.counters_days)
    counters = ledger.Counters(database, clock, run_id, keep_counts)
    recorder = VerdictRecorder(database, Preserver(vault, spool), counters, settings, clock)
    screening = build_screening(settings, database, clock, recorder)
    outbox = Runner(
        database, _handlers(settings, clock), clock, run_id, Limits.of(settings.webhooks, settings.retention)
    )
    housekeeper = Housekeeper(
        database, vault, settings.retention, clock, settings.data_dir / "housekeeper.lock"
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await database.write_async(lambda c: ledger.start_run(c, run_id, clock.now(), keep_counts))
        await screening.decoders.start()
        loops: tuple[Loop, ...] = (
            counters.run,
            screening.catalogue.run,
            outbox.run,
            housekeeper.run,
            lambda stop: _follow_policy(screening, stop),
        )
        try:
            async with running(loops):
                yield
        finally:
            await screening.decoders.close()
            await _say_goodbye(database, run_id, clock)
            spool.close()
            database.close()

    app = create_app(_services(settings, clock, database, master_key, spool, screening))
    app.router.lifespan_context = lifespan
    return app


def _services(
    settings: Settings,
    clock: Clock,
    database: Database,
    master_key: MasterKey,
    spool: Spool,
    screening: Screening,
) -> HttpServices:
    keep_facts = timedelta(days=settings.retention.account_facts_days)
    probes = {
        "database": database_writable(database),
        "imagery": detector_working(screening.imagery),
        "canary": canary_stopped(screening.gate, canary.png()),
    }

    def warnings() -> tuple[str, ...]:
        return tuple(_warnings(settings, screening))

    return HttpServices(
        gate=screening.gate,
        keys=KeyRing(database, clock),
        answers=AnswersInDatabase(database, clock),
        spool=spool,
        holds=HoldsInDatabase(database, clock, notify=settings.webhooks.url is not None),
        facts=FactsInDatabase(database, clock, master_key, keep_facts),
        verdicts=VerdictsInDatabase(database),
        lists=screening.catalogue,
        readiness=Readiness(probes, warnings, clock),
        gauges=House(database, screening.catalogue, screening.decoders, warnings, clock),
        metrics=Metrics(worker=str(os.getpid())),
        budget=MemoryBudget(settings.http.max_in_flight_bytes),
        settings=settings.http,
        clock=clock,
    )


def _handlers(settings: Settings, clock: Clock) -> dict[str, Handler]:
    if settings.webhooks.url is None:
        return {}  # what was ordered while there was one waits until there is one again
    return {"webhook": WebhookSender(settings.webhooks, clock)}


async def _follow_policy(screening: Screening, stop: asyncio.Event) -> None:
    """Take a changed policy file into force, and tell it the names of the lists there are."""
    while not await stopped_within(stop, POLICY_POLL_S):
        await asyncio.to_thread(screening.policy.refresh, frozenset(screening.catalogue.current()))


async def _say_goodbye(database: Database, run_id: str, clock: Clock) -> None:
    """Note the orderly end; where the database is away, the gap entry will say so instead."""
    try:
        async with asyncio.timeout(ORDERLY_STOP_S):
            await database.write_async(lambda c: ledger.stop_run(c, run_id, clock.now()))
    except (DatabaseUnavailable, TimeoutError):
        return


def _open(settings: Settings) -> Database:
    return open_database(settings.database_url, connections=settings.database.connections)
