"""The record of everything consequential. First room: pending rows, counts of what was allowed, gaps."""

from doorward.ledger.pending import append

__all__ = ["append"]
