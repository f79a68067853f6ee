"""The database goes away under a running server and comes back."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import func, select

from doorward.storage.tables import verdicts
from support.pictures import sample
from support.postgres import PostgresServer
from support.server import RunningServer
from support.sites import Site, make_site


def _upload(server: RunningServer, site: Site, name: str, key: str) -> httpx.Response:
    headers = {**site.headers, "Idempotency-Key": key}
    return httpx.post(f"{server.url}/v1/screen/upload", content=sample(name), headers=headers, timeout=60)


@contextmanager
def _postgres_stopped(postgres: PostgresServer) -> Iterator[None]:
    postgres.stop()
    try:
        yield
    finally:
        postgres.start()


@contextmanager
def _sqlite_locked(site: Site) -> Iterator[None]:
    """Another program has the file's only write lock, for longer than anyone waits."""
    connection = sqlite3.connect(site.data / "doorward.sqlite3", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def _wait_until_not_ready(server: RunningServer, limit_s: float = 30.0) -> None:
    """`/readyz` keeps its answer for some seconds."""
    limit = time.monotonic() + limit_s
    while httpx.get(f"{server.url}/readyz", timeout=60).status_code != 503:
        assert time.monotonic() < limit, "/readyz did not notice"
        time.sleep(0.2)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_without_its_database_the_gate_holds_and_afterwards_nothing_is_missing(
    kind: str, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        site: Site = request.getfixturevalue("site")
        away = _sqlite_locked(site)
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres_server")
        data = request.getfixturevalue("tmp_path") / "data"
        site = make_site(data, request.getfixturevalue("postgres_url"))
        away = _postgres_stopped(postgres)
    site.list_photograph()
    with RunningServer(site.data, env=site.env) as server:
        assert _upload(server, site, "coffee.png", "before").json()["decision"] == "block"
        with away:
            held = _upload(server, site, "coffee.png", "meanwhile")
            assert held.status_code == 503
            assert held.json()["decision"] == "hold"
            assert httpx.get(f"{server.url}/healthz").status_code == 200
            _wait_until_not_ready(server)
        again = _upload(server, site, "coffee.png", "meanwhile")
        assert again.json()["decision"] == "block"
        assert again.json()["preserved"] is True
    with site.open_database() as database:
        query = select(func.count()).select_from(verdicts)
        assert database.read(lambda connection: connection.execute(query).scalar_one()) == 2
