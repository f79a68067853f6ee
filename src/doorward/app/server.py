"""Wiring of one server process."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from doorward import ledger
from doorward.access import KeyRing
from doorward.app.screening import Screening, build_screening
from doorward.app.start import warnings_of
from doorward.clock import Clock, SystemClock, stopped_within
from doorward.datadir import DATA_VARIABLE, new_run_id
from doorward.doors.http import HttpServices, create_app
from doorward.doors.http.budget import MemoryBudget
from doorward.doors.http.house import House
from doorward.doors.http.metrics import Metrics
from doorward.doors.http.probes import canary_stopped, database_writable, detector_working
from doorward.doors.http.readiness import Readiness
from doorward.doors.http.rooms import AnswersInDatabase, FactsInDatabase, HoldsInDatabase, VerdictsInDatabase
from doorward.evidence import MasterKey, Spool, Vault
from doorward.housekeeping import Housekeeper
from doorward.outbox import Handler, Limits, Runner
from doorward.outbox.webhooks import WebhookSender
from doorward.preserving import Preserver
from doorward.processes import die_with
from doorward.recording import VerdictRecorder
from doorward.serving import Loop, running
from doorward.settings import Settings, load
from doorward.storage import Database, DatabaseUnavailable, open_database

SUPERVISOR_VARIABLE = "DOORWARD_SERVER_SUPERVISOR"  # the process that started several of them
WORKERS_VARIABLE = "DOORWARD_SERVER_WORKERS"  # and how many share the machine with it
POLICY_POLL_S = 1.0
ORDERLY_STOP_S = 5.0


def asgi() -> FastAPI:
    """The HTTP application of one server process, for uvicorn."""
    if SUPERVISOR_VARIABLE in os.environ:
        die_with(int(os.environ[SUPERVISOR_VARIABLE]))  # whoever holds the data directory's lock
    settings = load(Path(os.environ[DATA_VARIABLE]))
    return build_server(_share_of(settings, int(os.environ.get(WORKERS_VARIABLE, "1"))), SystemClock())


def _share_of(settings: Settings, processes: int) -> Settings:
    """What one of several server processes on this machine may take of disk space and processors."""
    decoders = settings.imagery.workers or max(1, (os.cpu_count() or 1) // processes)
    spool_bytes = settings.evidence.spool_bytes // processes
    return settings.model_copy(
        update={
            "imagery": settings.imagery.model_copy(update={"workers": decoders}),
            "evidence": settings.evidence.model_copy(update={"spool_bytes": spool_bytes}),
        }
    )


def build_server(settings: Settings, clock: Clock) -> FastAPI:
    """Wire one server process. Nothing runs until the application's lifespan begins."""
    run_id = new_run_id(settings.data_dir)
    database = open_database(settings.database_url, connections=settings.database.connections)
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
        "canary": canary_stopped(screening.gate),
    }

    def warnings() -> tuple[str, ...]:
        problem = spool.stats().problem
        return (*warnings_of(settings, screening), *(() if problem is None else (f"evidence: {problem}",)))

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
        gauges=House(database, screening.catalogue, screening.decoders, screening.imagery, warnings, clock),
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
