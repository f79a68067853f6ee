"""The usual probes of `/readyz`. Each takes the way that real requests take."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert

from doorward.detectors import Detector
from doorward.doors.http.readiness import Probe
from doorward.health import Assessing, canary_is_stopped
from doorward.storage import Database, DatabaseUnavailable
from doorward.storage.tables import idempotency

_PROBE_KEY = "readyz"  # no API key has this id
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def database_writable(database: Database) -> Probe:
    """Writes a row and deletes it in the same transaction: a full or read-only disk refuses that."""

    async def probe() -> Iterable[str]:
        try:
            await database.write_async(_write_and_delete)
        except DatabaseUnavailable as error:
            return (f"the database cannot be written: {error}",)
        return ()

    return probe


def canary_stopped(gate: Assessing) -> Probe:
    """Brings the canary before the gate. If it passes, the gate is not on, whatever else is well."""

    async def probe() -> Iterable[str]:
        trouble = await canary_is_stopped(gate)
        return () if trouble is None else (trouble,)

    return probe


def detector_working(detector: Detector) -> Probe:
    """What the detector itself says: its lists are loaded, its workers answer."""

    async def probe() -> Iterable[str]:
        return detector.readiness().failures

    return probe


def _write_and_delete(connection: Connection) -> None:
    key = secrets.token_hex(8)
    row = {"api_key_id": _PROBE_KEY, "key": key, "fingerprint": "", "status": 0, "response": {}}
    connection.execute(insert(idempotency).values(**row, created_at=_EPOCH, keep_until=_EPOCH))
    connection.execute(
        delete(idempotency).where(idempotency.c.api_key_id == _PROBE_KEY, idempotency.c.key == key)
    )
