"""Preserved items: encrypted files, one keyset each, in step with the database.

The order keeps every item whole or absent, wherever the process is killed:

1. `store` encrypts the body into its reserved file, makes it durable and moves it to `incoming/`;
2. `record` enters item and wrapped keyset in the transaction of the verdict;
3. after the commit `keep` moves the file to its place for good, `ab/e_….dwe`.

Only files in `incoming/` are ever removed by `doorward.evidence.orphans`, and only those that no
transaction can know: a file in its final place is never touched, so that a server started with the
wrong database does not take all evidence for orphans.
"""

import contextlib
import fcntl
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, insert, select

from doorward import ledger
from doorward.evidence.errors import EvidenceUnwritable, NotPreserved
from doorward.evidence.keys import MasterKey
from doorward.evidence.orphans import Collected, collect
from doorward.evidence.reading import PreservedBytes, open_item
from doorward.evidence.sealing import new_item_keyset, seal, sealed_size
from doorward.evidence.shelves import Shelves
from doorward.evidence.spool import Reservation
from doorward.ids import new_id
from doorward.storage import Database
from doorward.storage.tables import evidence_items, evidence_keys
from doorward.subjects import Body


class ContentDigests(Protocol):
    """The digests taken once, at intake, in hexadecimal."""

    @property
    def md5(self) -> str: ...
    @property
    def sha1(self) -> str: ...
    @property
    def sha256(self) -> str: ...


@dataclass(slots=True)
class _Custody:
    """An open, locked file: as long as it is, the orphan collector leaves it alone."""

    descriptor: int

    @classmethod
    def over(cls, path: Path) -> "_Custody":
        custody = cls(os.open(path, os.O_RDWR))
        fcntl.flock(custody.descriptor, fcntl.LOCK_EX)
        return custody

    def end(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __del__(self) -> None:
        self.end()


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An encrypted, durable file that the database does not know yet."""

    id: str
    size: int
    digests: ContentDigests
    sealed_sha256: str
    wrapped_keyset: bytes = field(repr=False)
    custody: _Custody = field(repr=False, compare=False)


class Vault:
    """The evidence of one installation, in a folder of this machine."""

    def __init__(self, directory: Path, master_key: MasterKey) -> None:
        self._master_key = master_key
        self._shelves = Shelves(directory)
        try:
            self._shelves.build()
        except OSError as error:
            raise EvidenceUnwritable(
                f"{directory}: evidence cannot be kept here: {error.strerror}. "
                "Check owner, mode and free space of the data directory."
            ) from error

    def store(self, body: Body, digests: ContentDigests, reservation: Reservation) -> StoredItem:
        """Encrypt `body` into the reserved space and make it durable. Blocking; call it in a thread.

        Follow with `record` in the transaction and, whatever comes of that, `keep` or `discard`.
        Raises `NotPreserved`; the reservation is used up either way.
        """
        item_id = new_id("e")
        keyset = new_item_keyset()
        wrapped = self._master_key.wrap(keyset, item_id)
        draft = reservation.take()
        try:
            custody = _Custody.over(draft)
            sealed_sha256 = seal(keyset, item_id, body.view(), custody.descriptor)
            os.ftruncate(custody.descriptor, sealed_size(body.size))
            os.fsync(custody.descriptor)
            self._shelves.take_in(draft, item_id)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise NotPreserved(
                f"{body.size} bytes could not be preserved in {self._shelves.root}: {error.strerror or error}"
            ) from error
        return StoredItem(item_id, body.size, digests, sealed_sha256, wrapped, custody)

    def record(
        self,
        connection: Connection,
        stored: StoredItem,
        *,
        verdict_id: str,
        hold_until: datetime,
        legal_basis: str,
        now: datetime,
    ) -> None:
        """Make `stored` part of the evidence, in the transaction of its verdict."""
        connection.execute(
            insert(evidence_items).values(
                id=stored.id,
                verdict_id=verdict_id,
                file=self._shelves.final_name(stored.id),
                size=stored.size,
                md5=stored.digests.md5,
                sha1=stored.digests.sha1,
                sha256=stored.digests.sha256,
                stored_at=now,
                hold_until=hold_until,
                legal_basis=legal_basis,
            )
        )
        connection.execute(
            insert(evidence_keys).values(
                item_id=stored.id, wrapped_keyset=stored.wrapped_keyset, created_at=now
            )
        )
        ledger.append(
            connection,
            kind="evidence_preserved",
            body={
                "item": stored.id,
                "verdict": verdict_id,
                "size": stored.size,
                "sealed_sha256": stored.sealed_sha256,
                "hold_until": hold_until.isoformat(),
                "legal_basis": legal_basis,
            },
            now=now,
        )

    def keep(self, stored: StoredItem) -> None:
        """After the commit: move the file to its final place and let go of it."""
        with contextlib.suppress(OSError):  # it is safe where it is; the orphan collector tries again
            self._shelves.put_away(stored.id)
        stored.custody.end()

    def discard(self, stored: StoredItem) -> None:
        """Let go of an item whose transaction failed, or may have.

        A commit whose answer was lost may have happened, so nothing is removed here: the orphan
        collector asks the database later. Does nothing after `keep`.
        """
        stored.custody.end()

    def open(self, connection: Connection, item_id: str) -> PreservedBytes:
        """The item's bytes, verified as they are read. Raises an `EvidenceError`."""
        return open_item(connection, self._shelves, self._master_key, item_id)

    def check_master_key(self, connection: Connection) -> None:
        """Whether this master key opens the youngest item: for the start of a server.

        Items stored under a second key by mistake would be lost with it. Raises `MasterKeyWrong`.
        """
        youngest = select(evidence_keys).order_by(evidence_keys.c.created_at.desc()).limit(1)
        row = connection.execute(youngest).one_or_none()
        if row is not None:
            self._master_key.unwrap(row.wrapped_keyset, row.item_id)

    def collect_orphans(self, database: Database, *, now: datetime, older_than: timedelta) -> Collected:
        """Finish or remove what killed processes left; see `doorward.evidence.orphans`."""
        return collect(database, self._shelves, now=now, older_than=older_than)
