"""Wiring of what looks at a subject and decides."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from doorward.clock import Clock
from doorward.gate import Gate, Recorder
from doorward.imagery.decoding.pool import DecoderPool
from doorward.imagery.detector import ImageryDetector
from doorward.lists.catalogue import Catalogue
from doorward.policy.required import missing
from doorward.policy.source import PolicyFile
from doorward.recording import NothingRecorded
from doorward.settings import Settings
from doorward.storage import Database
from doorward.subjects import SubjectKind


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
        uploads_at_once=settings.imagery.workers or os.cpu_count() or 1,  # a decoder for each
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
