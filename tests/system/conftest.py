"""Installations on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from support.sites import Site, make_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """On SQLite."""
    return make_site(tmp_path / "data", None)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """On SQLite, then on PostgreSQL."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return make_site(tmp_path / "data", url)
