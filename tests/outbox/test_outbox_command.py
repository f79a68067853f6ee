"""`doorward outbox`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from doorward.cli.outbox import app
from doorward.clock import ManualClock
from doorward.outbox import leases
from doorward.storage import Database, migrate, open_database
from support.outbox import claim, order, row


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def stored(home: Path) -> Database:
    """The database of `home`, where the command looks for it."""
    database = open_database(f"sqlite:///{home / 'doorward.sqlite3'}")
    migrate(database)
    return database


@pytest.fixture
def dead(stored: Database, clock: ManualClock) -> str:
    """An item that was given up."""
    item_id = order(stored, clock, "a")
    (item,) = claim(stored, clock, "here")
    stored.write(
        lambda c: leases.give_up(c, item, "here", "the receiver answered 410", clock.now(), timedelta(days=1))
    )
    return item_id


def _run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--data", str(home)])


def test_dead_letters_are_listed_with_what_went_wrong(
    home: Path, stored: Database, dead: str, clock: ManualClock
) -> None:
    clock.advance(timedelta(seconds=1))
    order(stored, clock, "waits")

    every = json.loads(_run(home, "list", "--json").stdout)
    only_dead = json.loads(_run(home, "list", "--dead", "--json").stdout)

    assert [item["state"] for item in every] == ["dead", "pending"]
    assert [(item["id"], item["last_error"]) for item in only_dead] == [(dead, "the receiver answered 410")]
    assert dead in _run(home, "list").stdout


def test_a_payload_is_not_shown(home: Path, stored: Database, dead: str) -> None:
    assert "payload" not in _run(home, "list", "--json").stdout


@pytest.mark.parametrize("all_dead", [False, True])
def test_a_dead_letter_is_sent_on_its_way_again(
    home: Path, stored: Database, dead: str, all_dead: bool
) -> None:
    result = _run(home, "retry", "--all-dead" if all_dead else dead, "--json")

    assert json.loads(result.stdout) == {"retried": 1}
    assert row(stored, dead).state == "pending"


@pytest.mark.parametrize("words", [("retry",), ("retry", "o_1", "--all-dead"), ("retry", "o_nowhere")])
def test_what_cannot_be_retried_is_one_clear_line_and_exit_2(
    home: Path, stored: Database, words: tuple[str, ...]
) -> None:
    result = _run(home, *words)

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
