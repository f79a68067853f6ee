"""Reading a preserved item back, verified from the first byte to the last."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import tink
from sqlalchemy import Connection, select

from doorward.evidence.errors import EvidenceDamaged, EvidenceDestroyed, EvidenceMissing, EvidenceUnknown
from doorward.evidence.keys import MasterKey
from doorward.evidence.sealing import unseal
from doorward.evidence.shelves import Shelves
from doorward.storage.tables import evidence_items, evidence_keys


@dataclass(frozen=True, slots=True)
class PreservedBytes:
    """One item, opened. Iterate once for its bytes.

    Every piece is authenticated before it is given out, but only the end tells that the whole is
    there: who copies the bytes must not take them for the item before the iteration ended by itself.
    Raises `EvidenceDamaged` while iterating.
    """

    item_id: str
    size: int
    sha256: str
    _keyset: tink.KeysetHandle = field(repr=False)
    _file: BinaryIO = field(repr=False)

    def __iter__(self) -> Iterator[bytes]:
        seen = hashlib.sha256()
        with self._file:
            try:
                for piece in unseal(self._keyset, self.item_id, self._file):
                    seen.update(piece)
                    yield piece
            except tink.TinkError as error:
                raise self._damaged("its encryption does not verify") from error
        if seen.hexdigest() != self.sha256:
            raise self._damaged("its bytes have another SHA-256 than at intake")

    def _damaged(self, what: str) -> EvidenceDamaged:
        return EvidenceDamaged(
            f"evidence item {self.item_id}: {what}. The file was changed, cut off or put in another's place; "
            "restore it from a backup."
        )


def open_item(
    connection: Connection, shelves: Shelves, master_key: MasterKey, item_id: str
) -> PreservedBytes:
    """Find an item, its key and its file. Raises an `EvidenceError` of the kind that applies."""
    row = connection.execute(
        select(evidence_items.c.size, evidence_items.c.sha256, evidence_keys.c.wrapped_keyset)
        .outerjoin(evidence_keys, evidence_keys.c.item_id == evidence_items.c.id)
        .where(evidence_items.c.id == item_id)
    ).one_or_none()
    if row is None:
        raise EvidenceUnknown(
            f"no evidence item has the id {item_id!r}. Take the id from the verdict or its case."
        )
    if row.wrapped_keyset is None:
        raise EvidenceDestroyed(
            f"evidence item {item_id} was destroyed: its key is gone, nothing opens it again."
        )
    keyset = master_key.unwrap(row.wrapped_keyset, item_id)
    try:
        file = shelves.open(item_id)
    except FileNotFoundError as error:
        name = shelves.root / shelves.final_name(item_id)
        raise EvidenceMissing(
            f"{name}: the file of evidence item {item_id} is not there; restore it from a backup."
        ) from error
    return PreservedBytes(item_id, row.size, row.sha256, keyset, file)
