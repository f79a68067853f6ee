"""The people's part, first rooms: cases, held items, account facts, requests for context.

Functions take a connection first and run in the caller's transaction; they never commit.
"""

from doorward.casework.errors import (
    CaseworkError,
    ContextAnswered,
    ContextTooLate,
    ContextUnknown,
    FactsTooLarge,
    HoldConflict,
    HoldUnknown,
    NotHeld,
    SettlementIncomplete,
)

__all__ = [
    "CaseworkError",
    "ContextAnswered",
    "ContextTooLate",
    "ContextUnknown",
    "FactsTooLarge",
    "HoldConflict",
    "HoldUnknown",
    "NotHeld",
    "SettlementIncomplete",
]
