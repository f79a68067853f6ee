"""Evidence handled as the gate handles it, in as few words as a test wants."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from doorward.bodies import MemoryBody
from doorward.evidence import Spool, StoredItem, Vault
from doorward.storage import Database


@dataclass(frozen=True, slots=True)
class HexDigests:
    """The digests of a body, as intake takes them."""

    md5: str
    sha1: str
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> "HexDigests":
        """Taken from `data`."""
        return cls(*(hashlib.new(name, data).hexdigest() for name in ("md5", "sha1", "sha256")))


@dataclass(frozen=True, slots=True)
class Custodian:
    """A vault, its spool and its database together."""

    vault: Vault
    spool: Spool
    database: Database
    now: datetime

    def store(self, data: bytes) -> StoredItem:
        """Step 1: a durable file that the database does not know."""
        reservation = self.spool.reserve(len(data))
        assert reservation is not None
        with MemoryBody.of(data) as body:
            return self.vault.store(body, HexDigests.of(data), reservation)

    def record(self, stored: StoredItem) -> None:
        """Step 2: the committed transaction."""
        self.database.write(
            lambda connection: self.vault.record(
                connection,
                stored,
                verdict_id="v_1",
                hold_until=self.now + timedelta(days=365),
                legal_basis="platform_hold",
                now=self.now,
            )
        )

    def preserve(self, data: bytes) -> str:
        """All steps; returns the item's id."""
        stored = self.store(data)
        self.record(stored)
        self.vault.keep(stored)
        return stored.id

    def read(self, item_id: str) -> bytes:
        """The item's bytes."""
        return b"".join(self.database.read(lambda connection: self.vault.open(connection, item_id)))
