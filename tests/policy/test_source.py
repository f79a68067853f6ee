"""The policy file of a running server."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from doorward.clock import ManualClock
from doorward.policy.problems import PolicyError
from doorward.policy.source import PolicyFile

RULE = """[[rule]]
name = "{name}"
when = 'finding.kind == "match"'
decision = "hold"
reason = "A person looks."
"""
CLOCK = ManualClock(datetime(2026, 1, 15, 12, tzinfo=UTC))


def write(path: Path, text: str, modified_s: int) -> None:
    """Write with a time of its own: a test is faster than the clock of a file system may be."""
    path.write_text(text, "utf-8")
    os.utime(path, (modified_s, modified_s))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "policy.toml"
    write(file, RULE.format(name="first"), 1_000)
    return file


def names(source: PolicyFile) -> list[str]:
    return [rule.name for rule in source.current().rules]


def test_without_a_usable_policy_there_is_no_server(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        PolicyFile(tmp_path / "policy.toml", CLOCK)


def test_an_unchanged_file_is_not_taken_again(path: Path) -> None:
    source = PolicyFile(path, CLOCK)
    policy = source.current()
    assert not source.refresh()
    assert source.current() is policy


def test_a_changed_file_is_taken_once_it_has_come_to_rest(path: Path) -> None:
    source = PolicyFile(path, CLOCK)
    write(path, RULE.format(name="second"), 2_000)
    assert not source.refresh()
    assert names(source) == ["first"]
    assert source.refresh()
    assert names(source) == ["second"]


def test_a_file_that_is_still_being_written_is_waited_for(path: Path) -> None:
    source = PolicyFile(path, CLOCK)
    for second in range(5):
        write(path, RULE.format(name=f"part-{second}"), 2_000 + second)
        assert not source.refresh()
    assert names(source) == ["first"]


def test_a_broken_file_keeps_the_old_policy_and_is_reported(path: Path) -> None:
    source = PolicyFile(path, CLOCK)
    write(path, RULE.format(name="second").replace("finding.kind", "finding.knd"), 2_000)
    assert [source.refresh() for _ in range(3)] == [False] * 3
    assert names(source) == ["first"]
    (warning,) = [text for text in source.warnings() if "stays in force" in text]
    assert "2026-01-15T12:00:00+00:00" in warning
    assert "line 3: `finding` has no field `knd`" in warning


def test_a_file_that_is_gone_keeps_the_old_policy_and_is_reported(path: Path) -> None:
    source = PolicyFile(path, CLOCK)
    path.unlink()
    assert [source.refresh() for _ in range(3)] == [False] * 3
    assert names(source) == ["first"]
    assert any("there is no such file" in text for text in source.warnings())


def test_a_mended_file_ends_the_report(path: Path) -> None:
    source = PolicyFile(path, CLOCK)
    write(path, "", 2_000)
    source.refresh()
    source.refresh()
    write(path, RULE.format(name="mended"), 3_000)
    assert [source.refresh(), source.refresh()] == [False, True]
    assert names(source) == ["mended"]
    assert not any("stays in force" in text for text in source.warnings())


def test_a_file_touched_without_a_change_is_no_new_policy(path: Path) -> None:
    source = PolicyFile(path, CLOCK)
    os.utime(path, (5_000, 5_000))
    assert [source.refresh() for _ in range(3)] == [False] * 3


def test_a_list_that_is_imported_later_ends_the_doubt_about_its_name(path: Path) -> None:
    source = PolicyFile(path, CLOCK, frozenset({"south"}))
    write(path, RULE.format(name="first").replace('finding.kind == "match"', 'source.name == "north"'), 2_000)
    source.refresh(frozenset({"south"}))
    source.refresh(frozenset({"south"}))
    assert any("not known here" in text for text in source.warnings())
    assert not source.refresh(frozenset({"south", "north"}))
    assert not any("not known here" in text for text in source.warnings())
