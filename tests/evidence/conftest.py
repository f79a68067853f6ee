"""A vault with its key and its reserve of space, in the test's own directory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doorward.clock import ManualClock
from doorward.evidence import MasterKey, Spool, Vault, create_master_key
from doorward.storage import Database
from support.custody import Custodian

MIB = 1024 * 1024


@pytest.fixture
def master_key(tmp_path: Path) -> MasterKey:
    """A fresh master key in `tmp_path/master.key`."""
    return create_master_key(tmp_path / "master.key")


@pytest.fixture
def evidence_dir(tmp_path: Path) -> Path:
    """The vault's directory."""
    return tmp_path / "evidence"


@pytest.fixture
def spool(evidence_dir: Path) -> Iterator[Spool]:
    """16 MiB of reserve."""
    spool = Spool(evidence_dir / "spool", 16 * MIB)
    yield spool
    spool.close()


@pytest.fixture
def vault(evidence_dir: Path, master_key: MasterKey) -> Vault:
    """An empty vault."""
    return Vault(evidence_dir, master_key)


@pytest.fixture
def custodian(vault: Vault, spool: Spool, database: Database, clock: ManualClock) -> Custodian:
    """Everything together, on both databases."""
    return Custodian(vault, spool, database, clock.now())


@pytest.fixture
def local(vault: Vault, spool: Spool, sqlite_database: Database, clock: ManualClock) -> Custodian:
    """Everything together on SQLite, for what depends on files and not on the database."""
    return Custodian(vault, spool, sqlite_database, clock.now())
