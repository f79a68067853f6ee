"""The vault for what was stopped. First room: encrypted items, spool space, keys."""
