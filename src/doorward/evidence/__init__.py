"""The vault: what was stopped is kept encrypted, under a hold with a clock, each item under its own key."""

from doorward.evidence.errors import (
    EvidenceDamaged,
    EvidenceDestroyed,
    EvidenceError,
    EvidenceMissing,
    EvidenceUnknown,
    EvidenceUnwritable,
    MasterKeyError,
    MasterKeyWrong,
    NotPreserved,
)
from doorward.evidence.keys import MasterKey, create_master_key
from doorward.evidence.spool import Reservation, Spool
from doorward.evidence.vault import ContentDigests, StoredItem, Vault

__all__ = [
    "ContentDigests",
    "EvidenceDamaged",
    "EvidenceDestroyed",
    "EvidenceError",
    "EvidenceMissing",
    "EvidenceUnknown",
    "EvidenceUnwritable",
    "MasterKey",
    "MasterKeyError",
    "MasterKeyWrong",
    "NotPreserved",
    "Reservation",
    "Spool",
    "StoredItem",
    "Vault",
    "create_master_key",
]
