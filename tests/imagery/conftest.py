"""Pools of real decoder processes, and an installation without kernels."""

import sys
from collections.abc import Iterator

import pytest

from doorward.imagery import native
from doorward.imagery.matcher import digest_rows, kernels
from doorward.imagery.matching import hamming
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


@pytest.fixture
def without_extension(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where the package was installed without a compiler; nothing that was chosen before is remembered."""
    chosen = (native.problem, kernels.best_kernels, digest_rows._kernels, hamming.kernel)
    monkeypatch.setitem(sys.modules, "doorward._native", None)
    for each in chosen:
        each.cache_clear()
    yield
    for each in chosen:
        each.cache_clear()
