"""`doorward lists …`: what it does, what it prints, how it ends."""

import json
import os
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doorward.clock import SystemClock
from doorward.lists.shelf import Shelf
from doorward.storage import Database
from support.files import flipped
from support.list_commands import ListCommands

GOLDEN = Path(__file__).parent / "golden"
MD5 = "00112233445566778899aabbccddeeff"
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
NEW = ("--code", "csam_known", "--source", "Example", "--expires", "2999-12-31", "--as-of", "2026-01-01")


@pytest.fixture
def commands(sqlite_database: Database, tmp_path: Path) -> ListCommands:
    """The commands on a data directory without lists; also the working directory."""
    shelf = Shelf(sqlite_database, tmp_path / "lists", SystemClock())
    return ListCommands.on(tmp_path, sqlite_database, shelf)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a list and a spoilt list."""
    monkeypatch.chdir(tmp_path)
    rows = f"a,{MD5},,\nb,{MD5},{PDQ},97\nc,,{PDQ},\n"
    (tmp_path / "good.csv").write_text(f"id,md5,pdq,pdq_quality\n{rows}")
    (tmp_path / "bad.csv").write_text(f"id,md5,pdq,pdq_quality\nx,abc,,\n{rows}y,,{PDQ[1:]},\n")
    (tmp_path / "long.csv").write_text("id,md5\n" + "x,abc\n" * 25)
    (tmp_path / "hopeless.csv").write_text("id,md5\nx,abc\n")
    return tmp_path


def test_what_the_commands_say_word_for_word(commands: ListCommands, folder: Path) -> None:
    transcript = GOLDEN / "commands.txt"
    asked = re.findall(r"^\$ doorward lists (.*)$", transcript.read_text("utf-8"), re.MULTILINE)
    said = "\n".join(_exchange(commands, line) for line in asked)
    if os.environ.get("DOORWARD_GOLDEN") == "write":
        transcript.write_text(said, "utf-8")
    assert said == transcript.read_text("utf-8")


def _exchange(commands: ListCommands, line: str) -> str:
    result = commands.run(*shlex.split(line))
    output = re.sub(r"published +\S+ \S+ UTC", "published    2026-01-15 12:00 UTC", result.output)
    output = "".join(f"{row.rstrip()}\n" for row in output.splitlines())
    return f"$ doorward lists {line}\n{output}exit {result.exit_code}\n"


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_the_window(commands: ListCommands, folder: Path, width: int) -> None:
    commands.run("import", "a-list-with-a-long-name.of.2026", "good.csv", *NEW, "--source", "S " * 99)
    shown = commands.run("show", width=width).output
    assert max(map(len, shown.splitlines())) <= width
    assert re.search(r" 1-[0-9a-f]{12} ", shown)


def test_an_import_can_be_read_as_json(commands: ListCommands, folder: Path) -> None:
    result = commands.run("import", "known", "good.csv", *NEW, "--json")
    answer = json.loads(result.stdout)
    assert answer["version"] == commands.shelf.required("known").version
    assert (answer["changed"], answer["added"], answer["bad_rows"], answer["errors"]) == (True, 3, 0, [])


def test_a_refused_import_can_be_read_as_json(commands: ListCommands, folder: Path) -> None:
    result = commands.run("import", "known", "bad.csv", *NEW, "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["changed"], answer["bad_rows"]) == (2, False, 2)
    assert [error["line"] for error in answer["errors"]] == [2, 6]
    assert commands.shelf.present("known") is None


def test_bad_rows_can_be_left_out(commands: ListCommands, folder: Path) -> None:
    result = commands.run("import", "known", "bad.csv", *NEW, "--skip-bad")
    assert result.exit_code == 0
    assert commands.shelf.required("known").entries == 3


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_an_export_imported_again_changes_nothing(commands: ListCommands, folder: Path, format_: str) -> None:
    commands.run("import", "known", "good.csv", *NEW)
    commands.run("export", "known", "--format", format_, "--out", f"out.{format_}")
    again = json.loads(commands.run("import", "known", f"out.{format_}", "--json").stdout)
    assert (again["changed"], again["kept"]) == (False, 3)


def test_an_export_to_standard_output_is_an_import_from_standard_input(
    commands: ListCommands, folder: Path
) -> None:
    commands.run("import", "known", "good.csv", *NEW)
    for options in ((), ("--json",)):
        exported = commands.run("export", "known", *options).stdout_bytes
        again = json.loads(commands.run("import", "known", "-", "--json", stdin=exported).stdout)
        assert (again["changed"], again["total"]) == (False, 3)


def test_an_exported_file_is_for_its_owner_only(commands: ListCommands, folder: Path) -> None:
    commands.run("import", "known", "good.csv", *NEW)
    result = commands.run("export", "known", "--out", "out.csv", "--json")
    assert json.loads(result.stdout)["entries"] == 3
    assert (folder / "out.csv").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.glob(".*out*")] == []


def test_every_show_warns_of_an_expiry_that_is_near(commands: ListCommands, folder: Path) -> None:
    soon = datetime.now(UTC) + timedelta(days=9, hours=1)
    commands.run("import", "near", "good.csv", *NEW, "--expires", soon.isoformat())
    for arguments in ((), ("near",)):
        shown = commands.run("show", *arguments).stdout
        assert "Warning: list 'near' expires in 9 days" in shown
        assert "expiring" in shown
    (listed,) = json.loads(commands.run("show", "--json").stdout)
    assert listed["state"] == "expiring"
    assert "expires in 9 days" in listed["warning"]


def test_a_damaged_list_is_found_by_verify(commands: ListCommands, folder: Path) -> None:
    commands.run("import", "known", "good.csv", *NEW)
    path = commands.shelf.directory / commands.shelf.required("known").file
    path.write_bytes(flipped(path.read_bytes(), path.stat().st_size - 1))
    result = commands.run("verify", "--json")
    assert result.exit_code == 2
    (answer,) = json.loads(result.stdout)
    assert not answer["intact"]
    assert "checksum" in answer["problem"]


@pytest.fixture
def index_file(commands: ListCommands, folder: Path) -> Path:
    """The index file of a list that is long enough to have one."""
    rows = (f"e{number},{number:064x}" for number in range(5000))
    (folder / "long.csv").write_text("\n".join(("id,pdq", *rows)))
    assert commands.run("import", "known", "long.csv", *NEW).exit_code == 0
    return (commands.shelf.directory / commands.shelf.required("known").file).with_suffix(".pdq-index")


@pytest.mark.parametrize("missing", [True, False], ids=["missing", "damaged"])
def test_a_bad_index_file_is_found_by_verify_and_made_anew(
    commands: ListCommands, index_file: Path, missing: bool
) -> None:
    good = index_file.read_bytes()
    if missing:
        index_file.unlink()
    else:
        index_file.write_bytes(flipped(good, len(good) // 2))
    found = commands.run("verify")
    assert found.exit_code == 2
    assert (
        f"its index file {index_file} is missing" in found.stdout
        or "its index file cannot be used" in found.stdout
    )
    assert "doorward lists verify --repair" in found.stderr
    repaired = commands.run("verify", "--repair", "--json")
    assert repaired.exit_code == 0
    (answer,) = json.loads(repaired.stdout)
    assert answer["intact"]
    assert answer["repaired"]
    assert index_file.read_bytes() == good
    assert commands.run("verify").exit_code == 0


def test_an_index_file_that_is_as_it_was_is_not_repaired(commands: ListCommands, index_file: Path) -> None:
    before = index_file.stat().st_mtime_ns
    (answer,) = json.loads(commands.run("verify", "--repair", "--json").stdout)
    assert (answer["repaired"], answer["index_problems"]) == (False, [])
    assert index_file.stat().st_mtime_ns == before


def test_a_list_whose_snapshot_is_damaged_is_not_repaired(commands: ListCommands, index_file: Path) -> None:
    snapshot = commands.shelf.directory / commands.shelf.required("known").file
    snapshot.write_bytes(flipped(snapshot.read_bytes(), snapshot.stat().st_size - 1))
    index_file.unlink()
    result = commands.run("verify", "--repair")
    assert result.exit_code == 2
    assert "Import them again" in result.stderr
    assert not index_file.exists()


def test_a_list_whose_file_is_gone_is_shown_as_unreadable(commands: ListCommands, folder: Path) -> None:
    commands.run("import", "known", "good.csv", *NEW)
    (commands.shelf.directory / commands.shelf.required("known").file).unlink()
    (listed,) = json.loads(commands.run("show", "--json").stdout)
    assert listed["state"] == "unreadable"


def test_entries_can_be_removed_and_added_again(commands: ListCommands, folder: Path) -> None:
    commands.run("import", "known", "good.csv", *NEW)
    removed = json.loads(commands.run("remove", "known", "--entry", "a", "--entry", "b", "--json").stdout)
    assert (removed["removed"], removed["total"]) == (2, 1)
    added = json.loads(commands.run("import", "known", "good.csv", "--add", "--json").stdout)
    assert (added["added"], added["kept"]) == (2, 1)


def test_options_that_are_not_given_stay(commands: ListCommands, folder: Path) -> None:
    commands.run("import", "known", "good.csv", *NEW, "--radius", "20", "--terms", "internal")
    commands.run("import", "known", "good.csv", "--min-quality", "60")
    details = commands.shelf.required("known").details
    assert (details.radius_bits, details.min_quality, details.terms) == (20, 60, "internal")


def test_a_directory_in_place_of_a_file_is_explained(commands: ListCommands, folder: Path) -> None:
    result = commands.run("import", "known", str(folder), *NEW)
    assert result.exit_code == 2
    assert "Is a directory" in result.stderr
