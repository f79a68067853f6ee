"""`kill -9` between any two steps: the item is whole and readable, or it is not there at all."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from doorward.evidence import Spool
from doorward.storage.tables import evidence_items, evidence_keys, ledger_pending
from support.custody import Custodian
from support.evidence_victim import DATA

NEVER_HAPPENED = ("reserved", "half encrypted", "encrypted", "moved", "stored", "in the transaction")
HAPPENED = ("committed", "kept")

Kill = Callable[[str], None]


@pytest.fixture(scope="module")
def victims() -> Iterator["subprocess.Popen[str]"]:
    """A warm process that victims are forked from."""
    with subprocess.Popen(
        [sys.executable, "-m", "support.evidence_victim"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture
def kill_at(victims: "subprocess.Popen[str]", custodian: Custodian, tmp_path: Path) -> Kill:
    """Have an item preserved by a process that dies at the given step."""

    def run(step: str) -> None:
        assert victims.stdin is not None
        assert victims.stdout is not None
        print(json.dumps([custodian.database.url, str(tmp_path), step]), file=victims.stdin, flush=True)
        assert int(victims.stdout.readline()) == -signal.SIGKILL

    return run


def _restart(custodian: Custodian, folder: Path) -> None:
    """What a starting server does: take over the spool, and later collect orphans."""
    Spool(folder / "evidence" / "spool", 16 << 20).close()
    custodian.vault.collect_orphans(
        custodian.database, now=datetime.now(UTC) + timedelta(hours=2), older_than=timedelta(hours=1)
    )


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / "evidence").rglob("*") if path.is_file()]


def _rows(custodian: Custodian) -> list[int]:
    def count(connection: Connection) -> list[int]:
        tables = (evidence_items, evidence_keys, ledger_pending)
        return [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]

    return custodian.database.read(count)


@pytest.mark.parametrize("step", NEVER_HAPPENED)
def test_killed_before_the_commit_nothing_is_left(
    custodian: Custodian, kill_at: Kill, tmp_path: Path, step: str
) -> None:
    kill_at(step)
    assert _files(tmp_path), "the process must have left something to clean up"

    _restart(custodian, tmp_path)

    assert _files(tmp_path) == []
    assert _rows(custodian) == [0, 0, 0]


@pytest.mark.parametrize("step", HAPPENED)
def test_killed_after_the_commit_the_item_is_whole(
    custodian: Custodian, kill_at: Kill, tmp_path: Path, step: str
) -> None:
    kill_at(step)

    _restart(custodian, tmp_path)

    item_id = custodian.database.read(lambda c: c.execute(select(evidence_items.c.id)).scalar_one())
    assert custodian.read(item_id) == DATA
    assert _files(tmp_path) == [tmp_path / "evidence" / item_id[2:4] / f"{item_id}.dwe"]
    assert _rows(custodian) == [1, 1, 1]


def test_killed_after_the_commit_the_item_is_readable_before_any_clean_up(
    custodian: Custodian, kill_at: Kill
) -> None:
    kill_at("committed")

    item_id = custodian.database.read(lambda c: c.execute(select(evidence_items.c.id)).scalar_one())
    assert custodian.read(item_id) == DATA
