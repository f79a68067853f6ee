"""What can go wrong with preserved items, one class for each thing that somebody can mend."""


class EvidenceError(Exception):
    """The root of what this room raises; the message says what, where and how to mend it."""


class MasterKeyError(EvidenceError):
    """The master key's file is missing, unsafe or not a master key."""


class MasterKeyWrong(EvidenceError):
    """This master key did not seal what it was asked to open."""


class EvidenceUnwritable(EvidenceError):
    """The directory of the evidence, or of the space kept ready for it, cannot be written."""


class NotPreserved(EvidenceError):
    """The bytes could not be written, and nothing of them is left: the platform must keep the item."""


class EvidenceUnknown(EvidenceError):
    """No item has this id."""


class EvidenceDestroyed(EvidenceError):
    """The item's own key was destroyed, and with it the item."""


class EvidenceMissing(EvidenceError):
    """The database knows the item and its file is not there."""


class EvidenceDamaged(EvidenceError):
    """The file is not the one that was stored: changed, cut off, or another item's."""
