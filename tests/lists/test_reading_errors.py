"""What an operator reads of each mistake in a list, word for word.

`golden/NAME.csv`, `.json` or `.jsonl` is the file and `golden/NAME.txt` all that is said of it. After a change
of words, run with DOORWARD_GOLDEN=write and read what changed as that operator would.
"""

import os
from pathlib import Path

import pytest

from doorward.lists.reading import FileRefused, collect, read_rows

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.suffix in (".csv", ".json", ".jsonl"))


def _said_of(name: str) -> str:
    with (GOLDEN / name).open("rb") as file:
        try:
            contents = collect(read_rows(file, name))
        except FileRefused as error:
            return f"{error}\n"
    return "".join(f"line {error.line}: {error.reason}\n" for error in contents.errors)


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_is_explained(name: str) -> None:
    expected = (GOLDEN / name).with_suffix(".txt")
    if os.environ.get("DOORWARD_GOLDEN") == "write":
        expected.write_text(_said_of(name), "utf-8")
    assert _said_of(name) == expected.read_text("utf-8")
    assert expected.read_text("utf-8").strip()


def test_every_explanation_has_its_file() -> None:
    explained = {path.stem for path in GOLDEN.glob("*.txt")}
    assert explained - {"commands"} == {Path(name).stem for name in CASES}
