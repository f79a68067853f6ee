"""A sample of the property suite on kernels that notice each access outside of an array.

`make sanitize` runs all of it.
"""

import subprocess
from pathlib import Path

import pytest

from support.sanitized import REPOSITORY, build, command, environment

pytestmark = pytest.mark.timeout(900)  # a build, on a machine that may be busy

MATCHER, PDQ = "tests/imagery/matcher", "tests/imagery/pdq"
SAMPLE = (
    f"{MATCHER}/test_native_hostile.py",
    f"{MATCHER}/test_native_tables.py::test_every_radius_finds_exactly_what_brute_force_finds[half_constant]",
    f"{PDQ}/test_certainty.py::test_the_linear_pass_is_right_where_it_says_that_it_is_certain",
    f"{PDQ}/test_orientations.py::test_small_arrays_of_all_kinds_too",
    f"{PDQ}/test_jpeg.py::test_a_mangled_file_has_no_hash_or_that_of_its_pixels",
    "tests/imagery/test_digest_index.py",
    "tests/imagery/test_hamming.py",
)


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
        command("-m", "pytest", "-q", "-p", "no:cacheprovider", *SAMPLE),
        env=environment(importable),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
