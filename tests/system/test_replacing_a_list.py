"""Many clients while a list is replaced again and again: no error, no wrong verdict, no moment without a list."""

import json
import random
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from doorward.imagery.fingerprint import fingerprint
from doorward.lists.shelf import KEEP_VERSIONS
from support.pictures import drawn, saved
from support.server import RunningServer
from support.sites import Site

CLIENTS = 32
REPLACEMENTS = 10
LISTED = 6  # in every version of the list
CHANGING = 10  # the nth of these only in version n
UNLISTED = 8
OTHERS = (
    60_000  # hashes that are in every version, so that each has an index file and is searched in a thread
)


@dataclass(frozen=True, slots=True)
class _Answer:
    picture: str
    body: dict[str, Any]
    asked_at: float
    answered_at: float


def test_two_thousand_uploads_while_a_list_is_replaced_ten_times(site: Site) -> None:
    _replace_under_load(site, uploads=2_000)


def _replace_under_load(site: Site, *, uploads: int) -> None:
    pictures = _pictures()
    published: list[tuple[str, float, float]] = []  # version, begun to publish, published
    _publish(site, pictures, 0, published)
    with RunningServer(site.data) as server:
        done = threading.Event()
        publisher = threading.Thread(target=_publish_often, args=(site, pictures, published, done))
        publisher.start()
        try:
            answers = _upload_all(server.url, site, pictures, uploads)
        finally:
            done.set()
            publisher.join()
        _searched_with_index_files(site, server.url, uploads)
    assert len(published) == REPLACEMENTS + 1
    assert len(answers) == uploads
    for answer in answers:
        _is_right(answer, published)


def _pictures() -> dict[str, bytes]:
    kinds = ("PNG", "JPEG", "WEBP")
    names = (
        [f"listed-{i}" for i in range(LISTED)]
        + [f"changing-{i}" for i in range(CHANGING + 1)]
        + [f"unlisted-{i}" for i in range(UNLISTED)]
    )
    made = {name: saved(drawn(seed), kinds[seed % 3]) for seed, name in enumerate(names)}
    return {**made, "text": b"a text file that says it is a picture"}


def _publish(
    site: Site, pictures: dict[str, bytes], number: int, published: list[tuple[str, float, float]]
) -> None:
    names = [f"listed-{i}" for i in range(LISTED)] + [f"changing-{number}"]
    rows = [f"{name},{fingerprint(pictures[name]).pdq}" for name in names]
    others = random.Random(9)
    rows += [f"other-{i},{others.randbytes(32).hex()}" for i in range(OTHERS)]
    listing = site.data.parent / f"version-{number}.csv"
    listing.write_text("\n".join(["id,pdq", *rows]) + "\n")
    begun = time.monotonic()
    options = ("--code", "csam_known", "--source", "drawn pictures", "--expires", "2099-01-01", "--json")
    made = json.loads(site.run("lists", "import", "drawn", str(listing), *options))
    published.append((made["version"], begun, time.monotonic()))


def _publish_often(
    site: Site, pictures: dict[str, bytes], published: list[tuple[str, float, float]], done: threading.Event
) -> None:
    for number in range(1, REPLACEMENTS + 1):
        done.wait(0.2)
        _publish(site, pictures, number, published)


def _upload_all(url: str, site: Site, pictures: dict[str, bytes], uploads: int) -> list[_Answer]:
    order = random.Random(5).choices(sorted(pictures), k=uploads)
    limits = httpx.Limits(max_connections=CLIENTS)
    with httpx.Client(base_url=url, headers=site.headers, timeout=60, limits=limits) as client:

        def upload(name: str) -> _Answer:
            asked = time.monotonic()
            answer = client.post("/v1/screen/upload", content=pictures[name])
            assert answer.status_code == 200, answer.text
            return _Answer(name, answer.json(), asked, time.monotonic())

        with ThreadPoolExecutor(CLIENTS) as threads:
            return list(threads.map(upload, order))


def _searched_with_index_files(site: Site, url: str, uploads: int) -> None:
    files = sorted((site.data / "lists" / "drawn").iterdir())
    assert [path.suffix for path in files] == [".pdq-index", ".snapshot"] * (KEEP_VERSIONS + 1)
    ready = httpx.get(f"{url}/readyz", timeout=60).json()
    assert not any("own memory" in warning for warning in ready["warnings"]), ready
    figures = httpx.get(f"{url}/metrics", headers=site.headers, timeout=60).text
    counted = {
        name: float(value)
        for name, value in re.findall(
            r"^doorward_(look_ups|look_up_batches)_total\{.*\} (\S+)$", figures, re.M
        )
    }
    assert counted["look_ups"] >= uploads
    assert 0 < counted["look_up_batches"] <= counted["look_ups"]


POLL_S = 0.5  # the default of `lists.poll_s`
SLACK_S = 5.0  # opening a version on a machine that is busy with everything else


def _is_right(answer: _Answer, published: list[tuple[str, float, float]]) -> None:
    version = answer.body["lists"]["drawn"]
    number = [one for one, _, _ in published].index(version)
    _, begun, _ = published[number]
    assert begun < answer.answered_at, "a version was named before it was published"
    if number + 1 < len(published):
        superseded = published[number + 1][2]
        assert answer.asked_at < superseded + POLL_S + SLACK_S, (
            "a version was used long after it was replaced"
        )
    kind, _, place = answer.picture.partition("-")
    expected = {
        "listed": "block",
        "unlisted": "allow",
        "text": "hold",
        "changing": "block" if place == str(number) else "allow",
    }[kind]
    assert answer.body["decision"] == expected, (answer.picture, number, answer.body)
