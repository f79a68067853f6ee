"""The README and the tutorial are true: their commands are executed as a reader would type them."""

from pathlib import Path

import pytest

from support.pages import DOCS, REPOSITORY, Block, blocks
from support.reader import Reader

EXECUTED = (REPOSITORY / "README.md", DOCS / "tutorial.md")


def _commands(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.language == "bash"]


@pytest.mark.timeout(900)  # some twenty processes, one after another
@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.name)
def test_every_command_works_and_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    with Reader(tmp_path) as reader:
        for block in blocks(page):
            reader.read(block)


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.name)
def test_a_command_that_is_not_executed_says_why(page: Path) -> None:
    for block in _commands(page):
        kind, _, reason = block.note.partition(": ")
        assert kind != "not run" or len(reason.split()) >= 3, f"{block} is not run and does not say why"


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.name)
def test_most_commands_of_the_page_are_executed(page: Path) -> None:
    commands = _commands(page)
    executed = [block for block in commands if not block.note.startswith("not run")]
    assert len(executed) > len(commands) / 2


def test_commands_hide_in_no_other_kind_of_block() -> None:
    for page in EXECUTED:
        for block in blocks(page):
            assert block.language not in ("sh", "shell", "console", ""), f"{block}: say ```bash or ```text"


def test_a_reader_notices_a_command_that_fails(tmp_path: Path) -> None:
    block = Block(REPOSITORY / "README.md", 1, "bash", "", "false\ntrue\n")
    with Reader(tmp_path) as reader, pytest.raises(AssertionError, match="exits with 1"):
        reader.read(block)


def test_a_reader_notices_output_that_differs(tmp_path: Path) -> None:
    command = Block(REPOSITORY / "README.md", 1, "bash", "", "echo allow one.png\n")
    shown = Block(REPOSITORY / "README.md", 5, "text", "output", "block …\n")
    with Reader(tmp_path) as reader:
        reader.read(command)
        with pytest.raises(AssertionError, match="shows this line"):
            reader.read(shown)
