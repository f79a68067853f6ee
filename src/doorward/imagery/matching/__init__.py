"""Looking hashes up in lists: exact, with a protocol for every part that will be replaced."""
