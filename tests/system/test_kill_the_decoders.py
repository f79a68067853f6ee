"""`kill -9` of decoder processes under a working server: each costs one upload its answer, and no other."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from support.pictures import photograph, saved
from support.server import RunningServer
from support.sites import Site

UPLOADS = 80
CLIENTS = 6
KILLS = 5


def test_killed_decoders_cost_their_own_upload_and_no_other(either_site: Site) -> None:
    picture = saved(photograph("rocket.jpg", (1200, 800)), "JPEG", quality=90)
    with RunningServer(either_site.data, env=either_site.env) as server:
        done = threading.Event()
        killed: list[int] = []
        killer = threading.Thread(target=_kill_now_and_then, args=(server.pid, killed, done))
        killer.start()
        try:
            answers = _upload(server.url, either_site, picture, UPLOADS)
        finally:
            done.set()
            killer.join()
        assert killed, "no decoder was found to kill"
        held = [answer for answer in answers if answer["decision"] != "allow"]
        assert len(held) <= len(killed)
        for answer in held:
            assert answer["decision"] == "hold"
            assert [item["detector"] for item in answer["not_assessed"]] == ["imagery"]
        assert {answer["decision"] for answer in _upload(server.url, either_site, picture, 8)} == {"allow"}
        assert httpx.get(f"{server.url}/readyz", timeout=30).status_code == 200


def _upload(url: str, site: Site, picture: bytes, times: int) -> list[dict[str, Any]]:
    with httpx.Client(base_url=url, headers=site.headers, timeout=30) as client:

        def send(_: int) -> dict[str, Any]:
            answer = client.post("/v1/screen/upload", content=picture)
            assert answer.status_code == 200, answer.text
            return dict(answer.json())

        with ThreadPoolExecutor(CLIENTS) as threads:
            return list(threads.map(send, range(times)))


def _kill_now_and_then(server: int, killed: list[int], done: threading.Event) -> None:
    while len(killed) < KILLS and not done.wait(0.2):
        workers = _decoders(server)
        if workers:
            os.kill(workers[len(killed) % len(workers)], signal.SIGKILL)
            killed.append(workers[len(killed) % len(workers)])


def _decoders(server: int) -> list[int]:
    """The workers: children of the server's fork server."""
    return sorted(worker for child in _children(server) for worker in _children(child))


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:  # it ended meanwhile
                continue
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.name))
    return found
