"""A sample of the property suite on kernels that notice each access outside of an array.

`make sanitize` runs all of it.
"""

import subprocess
from pathlib import Path

import pytest

from support.sanitized import REPOSITORY, build, command, environment

pytestmark = pytest.mark.timeout(900)  # a build, on a machine that may be busy

SAMPLE = (
    "tests/imagery/test_hamming.py",
    "tests/imagery/matcher/test_native_tables.py::test_every_radius_finds_exactly_what_brute_force_finds",
)
SLOW = "not all_equal"  # millions of equal answers, and nothing that the others lack


@pytest.fixture(scope="module")
def importable() -> Path:
    """The kernels with sanitizers; built anew only where something has changed."""
    return build(REPOSITORY / ".make" / "sanitize")


def test_the_sanitizers_are_built_in(importable: Path) -> None:
    [kernels] = (importable / "doorward").glob("_native*.so")
    contents = kernels.read_bytes()
    assert b"__asan_report_load" in contents
    assert b"__ubsan_handle_" in contents


def test_a_sample_of_the_property_suite_stays_inside_its_arrays(importable: Path) -> None:
    done = subprocess.run(
        command("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", SLOW, *SAMPLE),
        env=environment(importable),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
