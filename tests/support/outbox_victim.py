"""A process that is killed between delivering an item and recording that: `URL FILE`.

It writes the id of what it delivered to FILE, as a receiver would remember it, and dies by SIGKILL.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from doorward.clock import SystemClock
from doorward.outbox import OutboxItem, Runner
from doorward.storage import open_database


class _DeliversAndDies:
    def __init__(self, file: Path) -> None:
        self._file = file

    async def deliver(self, item: OutboxItem) -> None:
        self._file.write_text(item.id)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    handler = _DeliversAndDies(Path(sys.argv[2]))
    victim = Runner(open_database(sys.argv[1]), {"webhook": handler}, SystemClock(), "victim")
    asyncio.run(victim.run_once())
