"""The HTTP door: REST with raw uploads, problem documents, health and figures.

A request goes through these files in this order: `access_log` (count, log, last resort),
`authentication` (who calls), `receiving` or `reading` (the body, within limits), `screening` (the
gate, once for each idempotency key), and back as JSON or, from `errors`, as a problem document.
"""

from doorward.doors.http.app import create_app
from doorward.doors.http.services import HttpServices

__all__ = ["HttpServices", "create_app"]
