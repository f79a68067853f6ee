"""What a server does besides answering: retention, orphans, gaps. One process of a data directory does it."""

import asyncio
import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from doorward import retention
from doorward.clock import Clock, stopped_within
from doorward.evidence import Vault
from doorward.ledger.runs import record_gaps
from doorward.settings import RetentionSettings
from doorward.storage import Database, DatabaseUnavailable

log = structlog.get_logger(__name__)

ORPHAN_MARGIN = timedelta(hours=1)  # longer than any commit can take
_LOOK_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Housekeeper:
    """Runs the jobs at start and then every `settings.run_every_s`, in whichever process has the lock."""

    database: Database
    vault: Vault
    settings: RetentionSettings
    clock: Clock
    lock_file: Path

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`: wait for the lock (its holder may die), then keep house."""
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not _locked(descriptor):
                if await stopped_within(stop, _LOOK_EVERY_S):
                    return
            while not stop.is_set():
                await asyncio.to_thread(self.round)
                await stopped_within(stop, self.settings.run_every_s)
        finally:
            os.close(descriptor)

    def round(self) -> None:
        """Every job once; one that fails does not keep the others from running."""
        for name, job in (("gaps", self._gaps), ("orphans", self._orphans), ("retention", self._retention)):
            _attempt(name, job)

    def _gaps(self) -> None:
        now = self.clock.now()
        for run in self.database.write(lambda connection: record_gaps(connection, now)):
            log.warning("an earlier server stopped without saying so", run=run)

    def _orphans(self) -> None:
        done = self.vault.collect_orphans(self.database, now=self.clock.now(), older_than=ORPHAN_MARGIN)
        if done.removed or done.put_away:
            log.info("evidence of interrupted requests", removed=done.removed, put_away=done.put_away)

    def _retention(self) -> None:
        ended = retention.run(self.database, self.settings, self.clock)
        if any(ended.values()):
            log.info("retention", **{table: rows for table, rows in ended.items() if rows})


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _attempt(name: str, job: Callable[[], None]) -> None:
    try:
        job()
    except DatabaseUnavailable as error:
        log.warning("housekeeping put off: the database is away", job=name, error=str(error))
    except Exception:
        log.exception("housekeeping failed", job=name)
