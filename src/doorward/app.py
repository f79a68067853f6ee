"""The composition root: builds the parts from the settings and wires them. Only this file knows every part."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from doorward.access.idempotency import Claim
from doorward.clock import Clock
from doorward.evidence.spool import Reservation
from doorward.gate import Gate, Recorder
from doorward.imagery.decoding import DecoderPool
from doorward.imagery.detector import ImageryDetector
from doorward.lists.catalogue import Catalogue
from doorward.policy.source import PolicyFile
from doorward.settings import Settings
from doorward.storage import Database
from doorward.subjects import Subject
from doorward.verdicts import Verdict

UPLOADS_PER_DECODER = 2  # one being decoded, one whose bytes are being digested or matched


class NothingRecorded:
    """A recorder for those who only want to look."""

    async def record(
        self, subject: Subject, verdict: Verdict, reservation: Reservation | None, claim: Claim | None
    ) -> Verdict:
        return verdict


@dataclass(frozen=True, slots=True)
class Screening:
    """The parts that look at a subject and decide."""

    gate: Gate
    imagery: ImageryDetector
    catalogue: Catalogue
    decoders: DecoderPool
    policy: PolicyFile


def build_screening(
    settings: Settings, database: Database, clock: Clock, recorder: Recorder | None = None
) -> Screening:
    """Wire what screens. The lists are loaded; the decoders are started by whoever runs it."""
    policy = PolicyFile(settings.policy_file, clock)
    catalogue = Catalogue(database, settings.snapshots_dir, clock, settings.lists)
    decoders = DecoderPool(settings.imagery, clock)
    imagery = ImageryDetector(catalogue, decoders, settings.imagery, clock)
    catalogue.refresh()
    gate = Gate(
        detectors=(imagery,),
        policy=policy,
        recorder=recorder or NothingRecorded(),
        settings=settings.gate,
        clock=clock,
        uploads_at_once=UPLOADS_PER_DECODER * decoders.workers,
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
