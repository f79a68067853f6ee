"""What can go wrong with indexes: one class for each thing a caller can do something about."""


class MatcherError(Exception):
    """Base of all errors about indexes. The message says what, where, and how to mend it."""


class IndexFileError(MatcherError):
    """An index file is missing, damaged, hostile, or of another kind or version. Build it again."""


class CorruptIndex(IndexFileError):
    """The tables of an index point outside themselves or break their rules. Build it again."""


class MergingFailed(MatcherError):
    """Changes cannot be merged, so no more are taken; queries go on. The cause is attached."""


class IndexClosed(MatcherError):
    """The index was closed: it still answers queries and takes no more changes."""
