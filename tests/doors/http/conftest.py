"""The door before a house of cardboard, reached through a real uvicorn on loopback."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from doorward.settings import HttpSettings
from support.door import Cardboard
from support.live import LiveDoor, Stage


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """Everything that is logged while the test runs."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def house() -> Cardboard:
    """Small limits, so that small bodies reach them."""
    return Cardboard(HttpSettings(max_body_bytes=200_000, max_json_bytes=2_000, max_in_flight_bytes=500_000))


@pytest.fixture(scope="session")
def stage() -> Stage:
    """Where each test puts its own door."""
    return Stage()


@pytest.fixture(scope="session")
def live(stage: Stage) -> Iterator[LiveDoor]:
    """One server for all tests: starting one takes longer than most of them."""
    with LiveDoor(stage) as live:
        yield live


@pytest.fixture
def client(house: Cardboard, stage: Stage, live: LiveDoor) -> Iterator[httpx.Client]:
    """A client of the door of `house`."""
    stage.app = house.app()
    with httpx.Client(base_url=live.url, timeout=30, verify=False) as client:
        yield client
