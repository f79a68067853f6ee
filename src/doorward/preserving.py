"""Bringing a subject's bytes into the vault, or saying plainly that it did not work."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import structlog

from doorward.bodies import MemoryBody
from doorward.evidence.errors import EvidenceError
from doorward.evidence.spool import Reservation, Spool
from doorward.evidence.vault import StoredItem, Vault
from doorward.imagery.digests import digest
from doorward.subjects import Body, Subject, Upload

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stored:
    """An item in the vault that the database does not know yet."""

    item: StoredItem
    vault: Vault


class Preserver:
    """Stores what must be preserved, in threads, since it encrypts and waits for the disk."""

    def __init__(self, vault: Vault, spool: Spool) -> None:
        self._vault = vault
        self._spool = spool

    async def store(
        self, subject: Subject, facts: Mapping[str, str], reservation: Reservation | None
    ) -> Stored | None:
        """The durable item, or `None` where there is no space or the disk failed (logged)."""
        if isinstance(subject, Upload):
            body: Body = subject.body
        else:
            body = MemoryBody.of(_as_json(subject))
            reservation = self._spool.reserve(body.size)
        if reservation is None:
            log.error("not preserved: no spool space", bytes=body.size)
            return None
        try:
            item = await asyncio.to_thread(self._vault.store, body, _digests(body, facts), reservation)
        except EvidenceError as error:
            log.error("not preserved", bytes=body.size, reason=str(error))
            return None
        return Stored(item, self._vault)

    async def keep(self, stored: Stored | None) -> None:
        """The transaction that knows the item is committed."""
        if stored is not None:
            await asyncio.to_thread(self._vault.keep, stored.item)

    async def discard(self, stored: Stored | None) -> None:
        """The transaction that would have known the item did not happen."""
        if stored is not None:
            await asyncio.to_thread(self._vault.discard, stored.item)


@dataclass(frozen=True, slots=True)
class _HexDigests:
    md5: str
    sha1: str
    sha256: str


def _digests(body: Body, facts: Mapping[str, str]) -> _HexDigests:
    """The detector's digests, taken once at intake; anew only where it did not get that far."""
    try:
        return _HexDigests(facts["md5"], facts["sha1"], facts["sha256"])
    except KeyError:
        taken = digest(body)
        return _HexDigests(taken.md5.hex(), taken.sha1.hex(), taken.sha256.hex())


def _as_json(subject: Subject) -> bytes:
    return json.dumps(asdict(subject), default=str, ensure_ascii=False).encode()
