"""`kill -9` of the server under load: after a restart nothing is lost, doubled or half there."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import func, select

from doorward.evidence import MasterKey, Vault
from doorward.settings import load
from doorward.storage import Database
from doorward.storage.tables import cases, evidence_items, evidence_keys, findings, outbox, verdicts
from support.pictures import photograph, saved
from support.receiver import Receiver
from support.server import RunningServer
from support.sites import Site

CLIENTS = 6
UPLOADS_A_ROUND = 24


def test_a_server_killed_under_load_loses_and_doubles_nothing(either_site: Site) -> None:
    _rounds_of_kills(either_site, rounds=2, seed=1)


@pytest.mark.campaign
def test_fifty_kills_on_each_database_lose_and_double_nothing(either_site: Site) -> None:
    _rounds_of_kills(either_site, rounds=50, seed=2)


def _rounds_of_kills(site: Site, *, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    site.list_photograph()
    with Receiver() as receiver:
        server = RunningServer(site.data, env={**site.env, **receiver.env})
        answers: dict[str, str] = {}
        with server:
            for number in range(rounds):
                _one_round(server, site, number, chance, answers)
            with site.open_database() as database:
                _wait_until(lambda: _undelivered(database) == 0)
        _nothing_lost_or_doubled(site, receiver, answers)


def _is_listed(key: str) -> bool:
    """Every second upload is a listed photograph; the others are no pictures at all."""
    return int(key.partition("-")[2]) % 2 == 1


def _one_round(
    server: RunningServer, site: Site, number: int, chance: random.Random, answers: dict[str, str]
) -> None:
    """Send uploads that are all stopped, kill the server meanwhile, restart it, send all of them again."""
    listed, unreadable = saved(photograph("coffee.png"), "JPEG", quality=60), b"no picture at all"
    keys = [f"{number}-{i}" for i in range(UPLOADS_A_ROUND)]
    uploads = {key: listed if _is_listed(key) else unreadable + key.encode() for key in keys}
    killer = threading.Timer(chance.uniform(0.02, 0.6), server.kill)
    killer.start()
    first = _send_all(server.url, site, uploads)
    killer.join()
    server.start()
    second = _send_all(server.url, site, uploads)
    assert set(second) == set(uploads), "a repeated request got no answer"
    for key, verdict in first.items():
        assert second[key] == verdict, "a request that was answered got another verdict when repeated"
    answers.update(second)


def _send_all(url: str, site: Site, uploads: dict[str, bytes]) -> dict[str, str]:
    """Verdict ids by idempotency key, of those requests that were answered."""
    with httpx.Client(base_url=url, headers=site.headers, timeout=30) as client:

        def send(key: str) -> tuple[str, str | None]:
            context = f'{{"account": "account-{key}", "surface": "test"}}'
            headers = {"Idempotency-Key": key, "Doorward-Context": context}
            try:
                answer = client.post("/v1/screen/upload", content=uploads[key], headers=headers)
            except httpx.TransportError:
                return key, None
            body = answer.json()
            assert answer.status_code == 200, body
            assert (body["decision"], body.get("preserved")) in (("block", True), ("hold", None))
            return key, body["verdict"]

        with ThreadPoolExecutor(CLIENTS) as threads:
            return {key: verdict for key, verdict in threads.map(send, uploads) if verdict is not None}


def _wait_until(met: Callable[[], bool], limit_s: float = 60.0) -> None:
    limit = time.monotonic() + limit_s
    while not met():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)


def _nothing_lost_or_doubled(site: Site, receiver: Receiver, answers: dict[str, str]) -> None:
    expected = set(answers.values())
    assert len(expected) == len(answers), "two requests share a verdict"
    blocked = {verdict for key, verdict in answers.items() if _is_listed(key)}
    told = [message["data"]["verdict"] for message in receiver.messages("verdict.decided").values()]
    assert sorted(told) == sorted(blocked), "the platform was not told of each block once"
    assert receiver.refused == 0

    with site.open_database() as database:
        _records_are_whole(database, site, expected)


def _undelivered(database: Database) -> int:
    query = select(func.count()).where(outbox.c.state != "done")
    return database.read(lambda connection: connection.execute(query).scalar_one())


def _records_are_whole(database: Database, site: Site, expected: set[str]) -> None:
    def count(query: object) -> int:
        return int(database.read(lambda connection: connection.execute(query).scalar_one()))  # type: ignore[call-overload]

    rows = database.read(lambda connection: connection.execute(select(verdicts)).all())
    assert {row.id for row in rows} == expected
    blocked = [row for row in rows if row.decision == "block"]
    assert count(select(func.count()).select_from(evidence_items)) == len(blocked)
    assert count(select(func.count()).select_from(evidence_keys)) == len(blocked)
    assert {row.case_id for row in blocked} == set(
        database.read(lambda connection: connection.execute(select(cases.c.id)).scalars().all())
    )
    assert count(select(func.count(func.distinct(findings.c.verdict_id)))) == len(blocked)

    settings = load(site.data)
    vault = Vault(settings.evidence_dir, MasterKey.load(settings.master_key_file))
    for row in blocked:
        preserved = database.read(lambda connection, item=row.evidence_id: vault.open(connection, item))  # type: ignore[misc]
        assert sum(len(piece) for piece in preserved) > 0
