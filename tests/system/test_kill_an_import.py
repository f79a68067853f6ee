"""`kill -9` of an import at any moment leaves the list as it was or as it shall be, and the next import works."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from doorward.imagery.matching.index_files import PdqIndexFile
from doorward.lists.shelf import KEEP_VERSIONS, SNAPSHOT_SUFFIX
from support.server import RunningServer
from support.sites import Site

ROWS = 60_000
OPTIONS = ("--code", "csam_known", "--source", "random hashes", "--expires", "2099-01-01", "--json")


def test_an_import_killed_at_any_moment_leaves_nothing_half_there(either_site: Site) -> None:
    _kills(either_site, kills=4, seed=3)


@pytest.mark.campaign
def test_fifty_killed_imports_on_each_database_leave_nothing_half_there(either_site: Site) -> None:
    _kills(either_site, kills=50, seed=4)


def _kills(site: Site, *, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    files = [_listing(site.data.parent, seed) for seed in range(2)]
    site.run("lists", "import", "digests", str(files[0]), *OPTIONS)
    with RunningServer(site.data, env=site.env) as server:
        for number in range(1, kills + 1):
            _kill_an_import(site, files[number % 2], after_s=chance.uniform(0.5, 3.0))
            shown = _shown(site)
            assert shown["state"] == "live"
            assert shown["entries"] == ROWS
            site.run("lists", "verify")
            assert httpx.get(f"{server.url}/healthz").status_code == 200
        done = json.loads(site.run("lists", "import", "digests", str(files[1]), *OPTIONS))
        assert done["total"] == ROWS
    _no_litter(site)


def _listing(folder: Path, seed: int) -> Path:
    chance = random.Random(seed)
    path = folder / f"digests-{seed}.csv"
    rows = (f"e{i},{chance.randbytes(32).hex()},{chance.randbytes(32).hex()}" for i in range(ROWS))
    path.write_text("\n".join(["id,sha256,pdq", *rows]) + "\n")
    return path


def _kill_an_import(site: Site, listing: Path, after_s: float) -> None:
    importing = subprocess.Popen(
        [sys.executable, "-m", "doorward", "lists", "import", "digests", str(listing), *OPTIONS],
        env={**os.environ, "DOORWARD_DATA": str(site.data), **site.env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        importing.wait(timeout=after_s)
    except subprocess.TimeoutExpired:
        importing.send_signal(signal.SIGKILL)
        importing.wait()


def _shown(site: Site) -> dict[str, object]:
    [shown] = json.loads(site.run("lists", "show", "digests", "--json"))
    return dict(shown)


def _no_litter(site: Site) -> None:
    """After an import that ended well no draft of an earlier one is left, and every version has its index."""
    files = sorted((site.data / "lists" / "digests").iterdir())
    snapshots = [path for path in files if path.suffix == SNAPSHOT_SUFFIX]
    indexes = [path for path in files if path.suffix == PdqIndexFile.suffix]
    assert [path.stem for path in snapshots] == [path.stem for path in indexes]
    assert len(files) == 2 * len(snapshots) <= 2 * (KEEP_VERSIONS + 1), files
