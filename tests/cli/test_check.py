"""`doorward check`, `hash`, `canary` and `init`, run as a newcomer runs them."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pdqhash
import pytest
from sqlalchemy import func, select

from doorward.imagery.fingerprint import fingerprint
from doorward.settings import load
from doorward.storage import open_database
from doorward.storage.tables import verdicts
from support.pictures import drawn, photograph, sample, saved
from support.server import RunningServer
from support.sites import Site, make_site

NAMES = ("coffee.png", "chelsea.png", "rocket.jpg", "coins.png", "gravel.png")


def run(data: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A command, whatever its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "doorward", *arguments],
        env={**os.environ, "DOORWARD_DATA": str(data)},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for name in NAMES:
        (folder / name).write_bytes(sample(name))
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Site:
    """Knows the first of the pictures."""
    folder = tmp_path_factory.mktemp("site")
    made = make_site(folder / "data", None)
    listing = folder / "list.csv"
    listing.write_text(made.run("hash", str(pictures / NAMES[0])))
    arguments = ("--code", "csam_known", "--source", "test photographs", "--expires", "2099-01-01")
    made.run("lists", "import", "photographs", str(listing), *arguments)
    return made


def _check(site: Site, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    done = run(site.data, "check", "--json", *arguments)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_every_file_gets_one_object_with_the_promised_keys(site: Site, pictures: Path) -> None:
    code, answers = _check(site, str(pictures))
    assert code == 1  # something was not allowed
    assert {Path(answer["path"]).name: answer["decision"] for answer in answers} == {
        name: "block" if name == NAMES[0] else "allow" for name in NAMES
    }
    for answer in answers:
        assert {"path", "decision", "findings", "not_assessed", "took_ms"} <= answer.keys()


def test_what_was_found_is_told_as_over_http(site: Site, pictures: Path) -> None:
    _, [answer] = _check(site, str(pictures / NAMES[0]))
    with RunningServer(site.data) as server:
        content = sample(NAMES[0])
        over_http = httpx.post(f"{server.url}/v1/screen/upload", content=content, headers=site.headers).json()
    assert answer["findings"] == over_http["findings"]
    assert answer["decision"] == over_http["decision"]
    assert answer["facts"] == over_http["facts"]


def test_a_picture_has_the_same_pdq_hash_in_every_place(site: Site, pictures: Path) -> None:
    _, answers = _check(site, str(pictures))
    by_name = {Path(answer["path"]).name: answer["facts"] for answer in answers}
    rows = run(site.data, "hash", "--json", str(pictures)).stdout.splitlines()
    hashed = {row["id"]: row for row in map(json.loads, rows)}
    with RunningServer(site.data) as server:
        for name in NAMES:
            vector, quality = pdqhash.compute(np.asarray(photograph(name)))
            expected = np.packbits(vector).tobytes().hex()
            over_http = httpx.post(
                f"{server.url}/v1/screen/upload", content=sample(name), headers=site.headers
            ).json()["facts"]
            assert fingerprint(sample(name)).pdq == expected
            assert hashed[name]["pdq"] == expected
            assert by_name[name]["pdq"] == expected
            assert over_http["pdq"] == expected
            assert {by_name[name]["pdq_quality"], over_http["pdq_quality"]} == {str(quality)}


def test_everything_allowed_is_exit_code_nought(site: Site, pictures: Path) -> None:
    code, _ = _check(site, str(pictures / NAMES[1]), str(pictures / NAMES[2]))
    assert code == 0


def test_a_file_that_is_not_there_is_named_and_the_others_are_screened(site: Site, pictures: Path) -> None:
    done = run(site.data, "check", "--json", str(pictures / "absent.png"), str(pictures / NAMES[1]))
    assert done.returncode == 2
    assert "absent.png: there is no such file" in done.stderr
    assert [json.loads(line).get("decision") for line in done.stdout.splitlines()] == [None, "allow"]


def test_a_device_a_pipe_and_a_socket_are_refused_at_once(site: Site, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        paths = ("/dev/zero", str(tmp_path / "pipe"), str(tmp_path / "socket"))
        done = run(site.data, "check", *paths)
    assert done.returncode == 2
    assert done.stderr.count("not a regular file") == 3


def _recorded(site: Site) -> tuple[int, int]:
    """Verdicts, and preserved items."""
    with open_database(load(site.data).database_url) as database:
        query = select(func.count()).select_from(verdicts)
        rows = database.read(lambda connection: connection.execute(query).scalar_one())
    return rows, len(list((site.data / "evidence").rglob("*.dwe")))


def test_check_records_nothing(site: Site, pictures: Path) -> None:
    before = _recorded(site)
    code, _ = _check(site, str(pictures))
    assert code == 1
    assert _recorded(site) == before


def test_the_self_test_passes_where_the_canary_is_stopped(site: Site) -> None:
    code, [answer] = _check(site, "--self-test")
    assert (code, answer["self_test"]) == (0, "passed")


def test_the_self_test_fails_loudly_where_the_policy_lets_the_canary_through(tmp_path: Path) -> None:
    site = make_site(tmp_path / "data", None)
    policy = site.data / "policy.toml"
    text = policy.read_text()
    assert 'name = "canary"' in text
    policy.write_text(text.replace('decision = "block"\nactions = []', 'decision = "warn"\nactions = []', 1))
    done = run(site.data, "check", "--self-test")
    assert done.returncode == 2
    assert "FAILED" in done.stderr
    assert "warn" in done.stderr


def test_the_canary_is_blocked_also_recompressed_and_resized(site: Site, tmp_path: Path) -> None:
    run(site.data, "canary", str(tmp_path / "canary.png"))
    from PIL import Image

    picture = Image.open(tmp_path / "canary.png").convert("RGB")
    (tmp_path / "q30.jpg").write_bytes(saved(picture, "JPEG", quality=30))
    (tmp_path / "quarter.png").write_bytes(saved(picture.resize((128, 128)), "PNG"))
    (tmp_path / "double.webp").write_bytes(saved(picture.resize((1024, 1024)), "WEBP", quality=60))
    _, answers = _check(site, str(tmp_path))
    assert len(answers) == 4
    for answer in answers:
        assert answer["decision"] == "block", answer
        assert answer["findings"][0]["code"] == "canary"


def test_hashes_are_rows_that_import_reads_and_check_finds(tmp_path: Path) -> None:
    site = make_site(tmp_path / "data", None)
    picture = tmp_path / "own.png"
    picture.write_bytes(saved(drawn(3), "PNG"))
    listing = tmp_path / "own.csv"
    listing.write_text(site.run("hash", "--label", "ours", str(picture)))
    arguments = ("--code", "ncii", "--source", "ourselves", "--expires", "2099-01-01")
    site.run("lists", "import", "own", str(listing), *arguments)
    _, [answer] = _check(site, str(picture))
    assert answer["decision"] == "block"
    assert (answer["findings"][0]["list"], answer["findings"][0]["label"]) == ("own", "ours")


def test_init_says_what_it_made_and_never_overwrites(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = json.loads(run(data, "init", "--json").stdout)
    assert set(first["made"]) == {"doorward.toml", "policy.toml", "master.key"}
    assert first["api_key"].startswith("dw_")
    (data / "policy.toml").write_text("# mine\n" + (data / "policy.toml").read_text())
    second = json.loads(run(data, "init", "--json").stdout)
    assert (second["made"], second["api_key"]) == ([], None)
    assert (data / "policy.toml").read_text().startswith("# mine")
    assert (data / "master.key").stat().st_mode & 0o077 == 0


def test_without_data_the_directory_is_in_the_current_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "doorward", "init"],
        env={name: value for name, value in os.environ.items() if name != "DOORWARD_DATA"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "doorward-data" / "policy.toml").exists()


def test_the_data_directory_may_be_named_before_the_command_or_behind_it(tmp_path: Path) -> None:
    before, behind = tmp_path / "before", tmp_path / "behind"
    assert run(tmp_path / "unused", "--data", str(before), "init").returncode == 0
    assert run(tmp_path / "unused", "init", "--data", str(behind)).returncode == 0
    assert (before / "policy.toml").exists()
    assert (behind / "policy.toml").exists()
    assert not (tmp_path / "unused").exists()


def test_a_broken_setting_is_named_with_its_key(site: Site) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "doorward", "lists", "show"],
        env={**os.environ, "DOORWARD_DATA": str(site.data), "DOORWARD_IMAGERY__WORKERS": "many"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "imagery.workers" in done.stderr
    assert "Traceback" not in done.stderr
