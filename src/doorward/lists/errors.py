"""What can go wrong with lists: one class for each thing a caller can do something about."""


class ListError(Exception):
    """Base of all errors about lists. The message says what, where, and how to mend it."""


class DetailsError(ListError):
    """The particulars of a list (name, source, dates, radius …) cannot be used."""


class SnapshotError(ListError):
    """A snapshot file is missing, damaged, hostile, or of another version. Nothing in it is to be used."""


class DuplicateEntry(ListError):
    """Two entries carry the same id and say different things."""


class NoSuchList(ListError):
    """There is no list of that name."""


class PublicationConflict(ListError):
    """Somebody else changed the list between our reading and our writing of it."""
