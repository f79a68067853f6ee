"""The record of everything consequential. First room: pending rows, counts of what was allowed, gaps."""

from doorward.ledger.counters import Counters
from doorward.ledger.pending import append
from doorward.ledger.runs import record_gaps, start_run, stop_run

__all__ = ["Counters", "append", "record_gaps", "start_run", "stop_run"]
