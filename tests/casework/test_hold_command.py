"""`doorward hold`, as a person uses it."""

import json
import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from doorward.cli.hold import app
from doorward.clock import ManualClock
from doorward.storage import Database, migrate, open_database
from support.casefiles import MATCH, record, verdict_of, webhooks

WEBHOOK = '[webhooks]\nurl = "https://platform.example/hook"\nsecret = "whsec_c2VjcmV0"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data directory with a webhook configured."""
    (tmp_path / "doorward.toml").write_text(WEBHOOK)
    return tmp_path


@pytest.fixture
def site(home: Path) -> Iterator[Database]:
    """Its database."""
    database = open_database(f"sqlite:///{home / 'doorward.sqlite3'}")
    migrate(database)
    yield database
    database.close()


def _run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data", str(home)], env={"COLUMNS": "200"})


def _hold(site: Database, clock: ManualClock, account: str = "ann") -> str:
    return site.write(lambda c: record(c, verdict_of(MATCH), now=clock.now(), account=account))


def test_a_held_item_is_listed_released_and_gone_from_the_list(
    home: Path, site: Database, clock: ManualClock
) -> None:
    verdict_id = _hold(site, clock)

    listed = _run(home, "list")
    released = _run(home, "release", verdict_id, "--reason", "a cat")

    assert verdict_id in listed.stdout
    assert "because of unknown-file" in listed.stdout
    assert (released.exit_code, released.stdout) == (
        0,
        f"{verdict_id} is released; the platform will be told.\n",
    )
    assert _run(home, "list").stdout == "Nothing is held.\n"
    assert [body["type"] for body in site.read(webhooks)] == ["hold.released"]


def test_who_decides_is_the_user_of_the_system_unless_said_otherwise(
    home: Path, site: Database, clock: ManualClock
) -> None:
    mine, hers = _hold(site, clock), _hold(site, clock)

    first = json.loads(_run(home, "remove", mine, "--reason", "r", "--json").stdout)
    second = json.loads(_run(home, "remove", hers, "--reason", "r", "--by", "Mara", "--json").stdout)

    assert first["by"] == pwd.getpwuid(os.getuid()).pw_name
    assert {**second, "at": ""} == {
        "verdict": hers,
        "outcome": "removed",
        "by": "Mara",
        "reason": "r",
        "at": "",
        "changed": True,
    }


def test_doing_it_twice_changes_nothing_and_says_so(home: Path, site: Database, clock: ManualClock) -> None:
    verdict_id = _hold(site, clock)
    _run(home, "release", verdict_id, "--reason", "a cat", "--by", "Mara")

    again = _run(home, "release", verdict_id, "--reason", "a cat")

    assert again.exit_code == 0
    assert again.stdout.startswith(f"{verdict_id} was released before, by Mara at 20")
    assert again.stdout.endswith("; nothing changed.\n")


def test_the_opposite_afterwards_is_refused(home: Path, site: Database, clock: ManualClock) -> None:
    verdict_id = _hold(site, clock)
    _run(home, "release", verdict_id, "--reason", "a cat")

    refused = _run(home, "remove", verdict_id, "--reason", "a dog")

    assert refused.exit_code == 2
    assert "cannot be removed now" in refused.stderr


def test_without_a_webhook_the_operator_is_told_to_tell_the_platform(
    home: Path, site: Database, clock: ManualClock
) -> None:
    (home / "doorward.toml").write_text("")

    done = _run(home, "remove", _hold(site, clock), "--reason", "r")

    assert done.stdout.endswith("is removed; no webhook is configured: tell the platform yourself.\n")
    assert site.read(webhooks) == []


def test_an_unknown_verdict_is_one_clear_line(home: Path, site: Database) -> None:
    unknown = _run(home, "release", "v_0", "--reason", "r")

    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert unknown.stderr.startswith("doorward: no verdict has the id 'v_0'.")


def test_a_page_that_is_full_says_how_to_go_on(home: Path, site: Database, clock: ManualClock) -> None:
    ids = sorted(_hold(site, clock) for _ in range(3))

    first = _run(home, "list", "--limit", "2")
    rest = json.loads(_run(home, "list", "--after", ids[1], "--json").stdout)

    assert f"doorward hold list --after {ids[1]}" in first.stdout
    assert [item["verdict"] for item in rest] == [ids[2]]


def test_an_accounts_name_cannot_paint_on_the_terminal(
    home: Path, site: Database, clock: ManualClock
) -> None:
    _hold(site, clock, account="[red]x\x1b[2Jy\u202ez")

    assert "[red]x�[2Jy�z" in _run(home, "list").stdout
