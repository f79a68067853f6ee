"""Both implementations of the kernels, where both are there."""

import pytest

from doorward.imagery.matcher.kernels import NUMPY, native_kernels
from doorward.imagery.matcher.tables import Kernels


def _implementations() -> list[Kernels]:
    try:
        return [NUMPY, native_kernels()]
    except (ImportError, AttributeError):
        return [NUMPY]


@pytest.fixture(scope="session", params=_implementations(), ids=lambda kernels: kernels.name)
def kernels(request: pytest.FixtureRequest) -> Kernels:
    """Runs a test with each of them."""
    chosen: Kernels = request.param
    return chosen
