"""Data directories that cannot be used, and databases that go away: a clear word, and nothing lost."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from support.pictures import sample
from support.server import RunningServer
from support.sites import Site, make_site


def _doorward(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "doorward", *arguments],
        env={**os.environ, "DOORWARD_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextmanager
def _own_file_system(folder: Path, size: str) -> Iterator[Path]:
    """A file system of a few megabytes, so that full and read-only are real. Needs root."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def _make_read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)


def _fill(folder: Path, *, leave_bytes: int = 0) -> Path:
    """Take all space of the file system but `leave_bytes`."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 65536):
            pass
    if leave_bytes:
        os.truncate(ballast, max(0, ballast.stat().st_size - leave_bytes))
    return ballast


def _one_clear_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("doorward: warning")]
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]


def test_a_directory_that_was_never_initialised_is_named_with_the_way_to_make_it(tmp_path: Path) -> None:
    for command in (["serve"], ["check", "x.png"], ["lists", "show"], ["hold", "list"]):
        _one_clear_line(_doorward(*command, data=tmp_path / "nowhere"), "no data directory", "doorward init")


def test_a_second_server_on_the_same_directory_is_refused_and_told_who_has_it(site: Site) -> None:
    with RunningServer(site.data) as server:
        refused = _doorward("serve", "--port", "0", data=site.data)
        _one_clear_line(refused, "in use by another server", str(server.pid), "--workers")
        assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_the_lock_ends_with_the_server_however_it_ends(site: Site) -> None:
    with RunningServer(site.data) as server:
        server.kill()
        server.start()
        assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_a_read_only_directory_is_refused_before_anything_listens(tmp_path: Path) -> None:
    with _own_file_system(tmp_path / "small", "32m") as folder:
        make_site(folder / "data", None)
        _make_read_only(folder)
        _one_clear_line(_doorward("serve", "--port", "0", data=folder / "data"), "cannot be written")
        _one_clear_line(_doorward("init", data=folder / "data"), "Read-only file system")


def test_a_full_directory_is_refused_before_anything_listens(tmp_path: Path) -> None:
    with _own_file_system(tmp_path / "small", "32m") as folder:
        make_site(folder / "data", None)
        _fill(folder)
        _one_clear_line(_doorward("init", data=folder / "data"), "cannot be written", "No space left")


def test_a_disk_that_fills_up_holds_what_must_be_preserved_and_recovers(tmp_path: Path) -> None:
    with _own_file_system(tmp_path / "small", "48m") as folder:
        site = make_site(folder / "data", None)
        site.list_photograph()
        with RunningServer(site.data) as server:
            ballast = _fill(folder, leave_bytes=300_000)  # enough for the database, not for the photograph
            full = _upload(server, site)
            assert full.status_code in (200, 503), full.text
            assert full.json()["decision"] == "hold"
            if full.status_code == 200:
                assert full.json()["preserved"] is False
            ballast.unlink()
            assert _upload(server, site).json()["preserved"] is True


def _upload(server: RunningServer, site: Site) -> httpx.Response:
    content = sample("coffee.png")
    return httpx.post(f"{server.url}/v1/screen/upload", content=content, headers=site.headers, timeout=30)
