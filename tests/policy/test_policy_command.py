"""`doorward policy`, as a person uses it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert
from typer.testing import CliRunner, Result

from doorward.cli.policy import app
from doorward.clock import SystemClock
from doorward.findings import Code, Finding, FindingKind, Method
from doorward.policy.facts import SubjectFacts
from doorward.policy.load import default_text
from doorward.policy.vocabulary import VOCABULARY
from doorward.storage import migrate, open_database
from doorward.storage.tables import findings, lists, verdicts
from doorward.subjects import SubjectKind
from doorward.wire import finding_to_json

BROKEN = Path(__file__).parent / "golden" / "several-at-once.toml"
NEW_POLICY = """[[rule]]
name = "hold-all-matches"
when = 'finding.kind == "match"'
decision = "hold"
actions = ["open_case"]
reason = "A person looks at each match."
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data directory with the shipped policy, one list and one blocked upload."""
    (tmp_path / "policy.toml").write_text(default_text(), "utf-8")
    database = open_database(f"sqlite:///{tmp_path / 'doorward.sqlite3'}")
    migrate(database)
    database.write(_fill)
    database.close()
    return tmp_path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Another policy."""
    path = tmp_path / "new.toml"
    path.write_text(NEW_POLICY, "utf-8")
    return path


def _fill(connection: Connection) -> None:
    now = SystemClock().now() - timedelta(hours=1)
    connection.execute(
        insert(lists).values(
            name="north",
            code="csam_known",
            source="s",
            terms="t",
            as_of=now,
            expires_at=now,
            radius_bits=31,
            min_quality=50,
            version="1-a",
            updated_at=now,
        )
    )
    connection.execute(
        insert(verdicts).values(
            id="v_1",
            created_at=now,
            kind="upload",
            decision="block",
            policy_version="old",
            lists={},
            subject={"policy": SubjectFacts(SubjectKind.UPLOAD).to_json()},
            facts={},
            not_assessed=[],
            not_configured=[],
            actions=[],
            rules=[],
            took_ms=1.0,
            keep_until=now + timedelta(days=365),
        )
    )
    match = Finding("imagery", Code.CSAM_KNOWN, FindingKind.MATCH, "It is listed.", method=Method.MD5)
    row = {"verdict_id": "v_1", "position": 0, "code": match.code, "body": finding_to_json(match)}
    connection.execute(insert(findings).values(**row))


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": "160"})


# --- check ----------------------------------------------------------------------------------------


def test_the_data_directorys_policy_is_checked_where_no_file_is_named(home: Path) -> None:
    result = _run("check", "--data", home)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{home / 'policy.toml'} can be used (12 rules, version ")
    assert result.stdout.endswith(": no problem found.\n")


def test_problems_are_printed_with_place_and_hint_and_the_exit_code_says_so() -> None:
    result = _run("check", BROKEN, "--data", "nowhere")
    assert result.exit_code == 1
    expected = BROKEN.with_suffix(".txt").read_text("utf-8").replace("policy.toml", str(BROKEN))
    assert result.stdout == f"{expected}{BROKEN} cannot be used: 3 errors.\n"


def test_problems_come_as_json_too() -> None:
    result = _run("check", BROKEN, "--data", "nowhere", "--json")
    body = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (body["usable"], body["version"]) == (False, None)
    assert body["problems"][0] == {
        "line": 3,
        "severity": "error",
        "message": "`finding` has no field `cod`",
        "hint": "did you mean `code`?",
    }


def test_a_file_that_is_not_there_is_a_failure_and_not_a_problem_found() -> None:
    result = _run("check", "nothing.toml", "--data", "nowhere")
    assert result.exit_code == 2
    assert result.stderr == (
        "doorward: nothing.toml: there is no such file; check its name; where a data directory has no policy, "
        "`doorward init` writes the shipped one.\n"
    )


def test_without_a_file_and_a_data_directory_it_says_how_to_make_one(tmp_path: Path) -> None:
    result = _run("check", "--data", tmp_path / "absent")
    assert result.exit_code == 2
    assert "doorward init" in result.stderr


def test_names_of_lists_are_compared_with_those_there_are(home: Path, new: Path) -> None:
    new.write_text(
        NEW_POLICY.replace('finding.kind == "match"', 'source.name in ["nroth", "canary"]'), "utf-8"
    )
    result = _run("check", new, "--data", home)
    assert result.exit_code == 0
    assert '"nroth", which is not known here' in result.stdout
    assert "did you mean `north`?" in result.stdout
    assert '"canary", which' not in result.stdout


def test_strict_counts_warnings_as_problems(home: Path, new: Path) -> None:
    new.write_text(NEW_POLICY.replace('"match"', '"score"'), "utf-8")
    assert _run("check", new, "--data", home).exit_code == 0
    assert _run("check", new, "--data", home, "--strict").exit_code == 1


def test_names_of_lists_are_left_unchecked_where_the_database_is_not_ready(tmp_path: Path, new: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'doorward.sqlite3'}").close()
    (tmp_path / "doorward.sqlite3").touch()
    result = _run("check", new, "--data", tmp_path)
    assert result.exit_code == 0
    assert "Names of lists are not checked" in result.stderr


def test_checking_a_policy_makes_no_database(tmp_path: Path, new: Path) -> None:
    assert _run("check", new, "--data", tmp_path).exit_code == 0
    assert not (tmp_path / "doorward.sqlite3").exists()


# --- backtest -------------------------------------------------------------------------------------


def test_a_backtest_says_what_would_change_and_what_it_cannot_see(home: Path, new: Path) -> None:
    result = _run("backtest", new, "--data", home, "--since", "2d")
    assert result.exit_code == 0
    assert "1 of 1 would have been decided otherwise." in result.stdout
    assert "hold-all-matches: A person looks at each match." in result.stdout
    assert "What this does not show:" in result.stdout


def test_a_backtest_as_json_has_the_same_figures(home: Path, new: Path) -> None:
    body = json.loads(_run("backtest", new, "--data", home, "--json").stdout)
    assert body["changes"] == [{"old": "block", "new": "hold", "verdicts": 1}]
    assert body["examples"][0]["verdict"] == "v_1"


@pytest.mark.parametrize("odd", ["7", "0d", "3y", "-1d", "d", "99999d"])
def test_a_time_span_that_is_none_is_refused(home: Path, new: Path, odd: str) -> None:
    result = _run("backtest", new, "--data", home, f"--since={odd}")
    assert result.exit_code == 2
    assert "such as 12h, 7d or 2w" in " ".join(result.stderr.split())


def test_a_broken_policy_is_not_tried(home: Path) -> None:
    result = _run("backtest", BROKEN, "--data", home)
    assert result.exit_code == 2
    assert "cannot be used" in result.stderr


# --- show and vocabulary --------------------------------------------------------------------------


def test_rules_are_shown_in_words(home: Path) -> None:
    result = _run("show", "--data", home)
    assert result.exit_code == 0
    assert "block, keep the bytes, open a case, tell the platform" in result.stdout
    assert "for any missing answer: not_assessed.cause in [" in result.stdout
    assert "Nothing is required" in result.stdout


def test_shadow_rules_and_required_detectors_are_shown_as_such(home: Path, new: Path) -> None:
    text = NEW_POLICY.replace("actions =", 'mode = "shadow"\nactions =')
    new.write_text(f'[required]\nupload = ["imagery"]\n\n{text}', "utf-8")
    result = _run("show", new, "--data", home)
    assert "hold-all-matches  shadow: recorded, decides nothing" in result.stdout
    assert "does not start unless: upload needs imagery." in result.stdout


def test_rules_are_shown_as_json(home: Path) -> None:
    body = json.loads(_run("show", "--data", home, "--json").stdout)
    assert body["rules"][0]["name"] == "canary"
    assert body["rules"][0]["asked_for"] == "finding"


def test_every_field_is_in_the_printed_vocabulary() -> None:
    printed = _run("vocabulary").stdout
    for variable in VOCABULARY.values():
        for name in variable.fields:
            assert f"{variable.name}.{name} " in printed


def test_the_vocabulary_as_json_tells_types_values_and_what_unknown_is() -> None:
    body = json.loads(_run("vocabulary", "--json").stdout)
    assert body["variables"]["finding"]["fields"]["method"] == {
        "type": "string",
        "values": ["", "md5", "sha1", "sha256", "pdq"],
        "unknown": "",
        "meaning": 'How it was recognised; "" for scores.',
    }
    assert body["functions"]["size"]["gives"] == "int"
    assert body["detectors"]["imagery"] == ["upload"]
