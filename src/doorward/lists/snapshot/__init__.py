"""The immutable file that matchers map into memory."""

from doorward.lists.errors import SnapshotError
from doorward.lists.snapshot.opening import ListSnapshot
from doorward.lists.snapshot.writing import SnapshotSummary, write_columns, write_snapshot

__all__ = ["ListSnapshot", "SnapshotError", "SnapshotSummary", "write_columns", "write_snapshot"]
