"""`doorward keys`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from doorward.access.keys import live_keys, token_hash
from doorward.cli.keys import app
from doorward.storage import Database, migrate, open_database


@pytest.fixture
def stored(tmp_path: Path) -> Database:
    """The database of the data directory `tmp_path`, where the command looks for it."""
    database = open_database(f"sqlite:///{tmp_path / 'doorward.sqlite3'}")
    migrate(database)
    return database


def _run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--data", str(home)])


def test_the_token_alone_goes_to_standard_output_so_that_a_script_can_take_it(
    tmp_path: Path, stored: Database
) -> None:
    result = _run(tmp_path, "create", "shop", "--scope", "screen", "--scope", "facts")

    token = result.stdout.strip()
    key = stored.read(live_keys)[token_hash(token)]
    assert (key.name, sorted(key.scopes)) == ("shop", ["facts", "screen"])
    assert token not in result.stderr


def test_listed_keys_show_no_token(tmp_path: Path, stored: Database) -> None:
    made = json.loads(_run(tmp_path, "create", "shop", "--scope", "admin", "--json").stdout)
    listed = _run(tmp_path, "list", "--json").stdout

    assert [(key["id"], key["scopes"], key["revoked_at"]) for key in json.loads(listed)] == [
        (made["id"], ["admin"], None)
    ]
    assert made["token"] not in listed
    assert made["id"] in _run(tmp_path, "list").stdout


def test_a_revoked_key_opens_nothing_any_more(tmp_path: Path, stored: Database) -> None:
    made = json.loads(_run(tmp_path, "create", "shop", "--scope", "admin", "--json").stdout)
    assert _run(tmp_path, "revoke", made["id"]).exit_code == 0

    assert stored.read(live_keys) == {}


@pytest.mark.parametrize(
    "words",
    [
        ("revoke", "k_nowhere"),
        ("create", "shop", "--scope", "everything"),
        ("create", "shop"),
        ("create", "", "--scope", "screen"),
        ("create", "x" * 101, "--scope", "screen"),
        ("create", "shop\0", "--scope", "screen"),
    ],
)
def test_what_cannot_be_done_exits_2_and_says_why(
    tmp_path: Path, stored: Database, words: tuple[str, ...]
) -> None:
    result = _run(tmp_path, *words)

    assert result.exit_code == 2
    assert result.stderr
    assert result.stdout == ""
