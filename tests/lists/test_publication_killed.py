"""`kill -9` between any two steps of a publication: the former version is in force, or the new one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.companions import COPIES
from support.hash_lists import details
from support.publishing import Publisher, entry
from support.publishing_victim import TRAPS

KillAt = Callable[[str, Publisher, str], None]
COMMITTED = ("after the commit", "while tidying")


@pytest.fixture
def publisher(publisher: Publisher) -> Publisher:
    """A publisher whose versions have companions."""
    return replace(publisher, companions=COPIES)


@pytest.fixture(scope="module")
def kill_at() -> Iterator[KillAt]:
    """Publishes an entry in a process that dies at a step."""
    victims = subprocess.Popen(
        [sys.executable, "-m", "support.publishing_victim"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victims.stdin is not None
    assert victims.stdout is not None
    orders, answers = victims.stdin, victims.stdout

    def kill(step: str, publisher: Publisher, name: str) -> None:
        order = {"url": publisher.database.url, "directory": str(publisher.directory), "step": step}
        orders.write(json.dumps({**order, "name": name}) + "\n")
        orders.flush()
        assert answers.readline().strip() == str(int(signal.SIGKILL))

    yield kill
    orders.close()
    assert victims.wait(10) == 0
    answers.close()


@pytest.mark.parametrize("step", list(TRAPS))
def test_a_killed_publication_leaves_the_former_version_or_the_new_one(
    publisher: Publisher, kill_at: KillAt, step: str
) -> None:
    publisher.publish_as(details("known"), [entry("former")])
    kill_at(step, publisher, "new")
    assert set(publisher.contents()) == {"new" if step in COMMITTED else "former"}
    assert [in_force for _, in_force in publisher.versions()].count(True) == 1
    assert publisher.shelf.companion_problems(publisher.shelf.required("known")) == ()


@pytest.mark.parametrize("step", list(TRAPS))
def test_after_a_killed_publication_the_same_succeeds_and_nothing_is_left_over(
    publisher: Publisher, kill_at: KillAt, step: str
) -> None:
    publisher.publish_as(details("known"), [entry("former")])
    kill_at(step, publisher, "new")
    again = publisher.publish_as(details("known"), [entry("new")])
    assert again.changed == (step not in COMMITTED)
    assert set(publisher.contents()) == {"new"}
    assert publisher.files() == sorted(
        f"known/{version}.{kind}"
        for version, _ in publisher.versions()
        for kind in ("copied-index", "snapshot")
    )
    assert len(publisher.versions()) == len(publisher.ledger()) == 2


def test_a_first_publication_that_is_killed_leaves_no_list(publisher: Publisher, kill_at: KillAt) -> None:
    kill_at("after the rename", publisher, "new")
    assert publisher.shelf.present("known") is None
    assert publisher.publish_as(details("known"), [entry("new")]).version.startswith("1-")
    assert len(publisher.files()) == 2
