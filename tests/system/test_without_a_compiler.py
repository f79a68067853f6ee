"""Where no compiler is, the package is installed without kernels, works, and says so once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.pages import REPOSITORY

TRY = """
import json, pathlib, sys
import numpy as np
from structlog.testing import capture_logs

sys.modules["pdqhash"] = None  # it has no wheels, so it would not be there either
with capture_logs() as logs:
    from doorward.imagery import native
    from doorward.imagery.canary import png
    from doorward.imagery.fingerprint import fingerprint
    from doorward.imagery.matcher import DigestIndex, HammingIndex

    [seen] = fingerprint(png()).renderings[:1]
    listed = np.random.default_rng(1).integers(0, 256, (1000, 32), np.uint8)
    listed[137] = np.frombuffer(seen.pdq, np.uint8)
    listed[137, :3] ^= 0xFF
    file = pathlib.Path(sys.argv[1])
    HammingIndex.build(listed, np.arange(1000) + 5000).save(file)
    ids, distances = HammingIndex.open(file, verify=True).query(seen.pdq)
    rows = DigestIndex.build(listed).find(bytes(listed[44]))

print(json.dumps({
    "package": native.__file__,
    "problem": native.problem(),
    "pdq": seen.pdq.hex(),
    "found": [ids.tolist(), distances.tolist(), rows.tolist()],
    "said": [each["event"] for each in logs],
}))
"""

START = """
import os, pathlib, typer
from doorward.app.start import check_before_start
from doorward.cli.init import register
from doorward.settings import load

app = typer.Typer()
register(app)
app([], standalone_mode=False)
print(*check_before_start(load(pathlib.Path(os.environ["DOORWARD_DATA"]))), sep="\\n")
"""


@pytest.fixture(scope="module")
def installed_without_kernels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as `pip install` leaves it where the compiler is of no use."""
    folder = tmp_path_factory.mktemp("installed")
    done = _install(folder, tmp_path_factory.mktemp("build"))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def _install(folder: Path, build: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    inherited = {name: value for name, value in os.environ.items() if name != "DOORWARD_REQUIRE_NATIVE"}
    return subprocess.run(
        # A build folder of its own: a cache that names this compiler shall not stay in the checkout.
        [*pip, "--target", str(folder), "--config-settings", f"build-dir={build}", str(REPOSITORY)],
        env={**inherited, "CXX": "/bin/false", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def _python(folder: Path, program: str, *arguments: str) -> str:
    """Run `program` with the package of `folder`, and the libraries that we have ourselves.

    `-S`: the hook of an editable installation would otherwise come before the path.
    """
    libraries = [each for each in sys.path if each.endswith("site-packages")]
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), *libraries))},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_installed_for_any_machine(installed_without_kernels: Path) -> None:
    [about] = installed_without_kernels.glob("doorward-*.dist-info/WHEEL")
    assert "Root-Is-Purelib: true\nTag: py3-none-any" in about.read_text()
    assert not list(installed_without_kernels.glob("doorward/_native*.so"))


def test_it_hashes_and_searches_and_says_once_what_is_missing(
    installed_without_kernels: Path, tmp_path: Path
) -> None:
    from doorward.imagery.canary import png
    from doorward.imagery.fingerprint import fingerprint

    seen = json.loads(_python(installed_without_kernels, TRY, str(tmp_path / "list.pdq-index")))
    assert Path(seen["package"]).is_relative_to(installed_without_kernels)
    assert seen["pdq"] == fingerprint(png()).renderings[0].pdq.hex()
    assert seen["found"] == [[5137], [24], [44]]
    assert seen["said"] == ["native_kernels_missing"]
    assert "Install a C++17 compiler" in seen["problem"]


def test_a_server_warns_of_it_when_it_starts(
    installed_without_kernels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORWARD_DATA", str(tmp_path / "data"))
    assert "the native kernels cannot be used" in _python(installed_without_kernels, START)


def test_where_kernels_are_required_a_compiler_that_fails_is_an_error(tmp_path: Path) -> None:
    done = _install(tmp_path / "installed", tmp_path / "build", DOORWARD_REQUIRE_NATIVE="1")
    assert done.returncode != 0
    assert "CMake configuration failed" in done.stdout + done.stderr
