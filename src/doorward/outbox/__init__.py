"""Durable work that leaves the process: leases, retries with back-off, dead letters."""
