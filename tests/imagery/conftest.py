"""Pools of real decoder processes."""

from collections.abc import Iterator

import pytest

from doorward.settings import ImagerySettings
from support.decoders import RunningPool, started


@pytest.fixture(scope="session")
def calm_pool() -> Iterator[RunningPool]:
    """Two workers that no test disturbs."""
    yield from started(ImagerySettings(workers=2, decode_timeout_s=60.0))


@pytest.fixture
def pool(request: pytest.FixtureRequest) -> Iterator[RunningPool]:
    """A pool of the test's own; its settings may be given by indirect parametrisation."""
    given = getattr(request, "param", {})
    yield from started(ImagerySettings(**{"workers": 2, "decode_timeout_s": 60.0, **given}))
