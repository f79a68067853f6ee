"""A master key for what platforms lend."""

from pathlib import Path

import pytest

from doorward.evidence import MasterKey, create_master_key


@pytest.fixture
def master_key(tmp_path: Path) -> MasterKey:
    """A fresh master key."""
    return create_master_key(tmp_path / "master.key")
