"""`kill -9` of a real process between delivery and record."""

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import support.outbox_victim
from doorward.clock import ManualClock
from doorward.storage import Database
from support.outbox import Receiver, order, row, runner


def test_an_item_of_a_killed_process_is_delivered_again_under_the_same_id(
    database: Database, tmp_path: Path
) -> None:
    clock = ManualClock(datetime.now(UTC))
    item = order(database, clock, "a")
    remembered = tmp_path / "delivered"

    died = subprocess.run(
        [sys.executable, support.outbox_victim.__file__, database.url, str(remembered)], check=False
    )

    assert died.returncode == -signal.SIGKILL
    assert remembered.read_text() == item
    assert row(database, item).state == "pending"

    receiver = Receiver()
    clock.moment = datetime.now(UTC) + timedelta(seconds=121)
    asyncio.run(runner(database, clock, receiver).run_once())
    assert receiver.got == {item: 1}
    assert row(database, item).state == "done"
