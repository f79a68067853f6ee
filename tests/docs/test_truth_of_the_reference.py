"""Pages that are written by hand say what the code says."""

import re
import tomllib
from pathlib import Path

import pytest

from doorward.doors.http.metrics import HouseState, Metrics
from doorward.doors.http.problems import KINDS
from doorward.lists.entries import WIDTH_BYTES
from doorward.lists.snapshot.layout import FORMAT_VERSION, MAGIC, PAGE_BYTES, Sizes, sections
from doorward.policy.load import load_policy
from doorward.policy.problems import PolicyError
from doorward.settings import Settings
from support.pages import DOCS, REPOSITORY, Block, blocks, pages

_CELL = re.compile(r"^\| `(?P<name>[^`]+)` \|.*\| (?P<last>[^|]+?) \|$", re.MULTILINE)
POLICIES = [
    block
    for page in pages()
    for block in blocks(page)
    if block.language == "toml" and "[[rule]]" in block.text
]


def _section(page: Path, heading: str) -> str:
    return page.read_text("utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_every_problem_is_explained_with_its_status_and_title() -> None:
    page = DOCS / "reference" / "problems.md"
    for kind in KINDS:
        assert _section(page, kind.slug).strip().startswith(f"{kind.status}, *{kind.title}.*"), kind.slug


def test_no_problem_is_explained_that_does_not_exist() -> None:
    headings = re.findall(r"^## (.+)$", (DOCS / "reference" / "problems.md").read_text("utf-8"), re.MULTILINE)
    assert headings == [kind.slug for kind in KINDS]


def test_every_direct_dependency_has_a_reason_and_a_licence() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = {
        re.split(r"[\[><=]", one)[0]
        for one in (*project["dependencies"], *(one for extra in extras for one in extra))
    }
    page = (DOCS / "decisions" / "0002-dependencies.md").read_text("utf-8")
    assert {match["name"] for match in _CELL.finditer(page)} == wanted


def test_the_page_about_snapshots_lists_the_sections_in_their_order() -> None:
    page = DOCS / "reference" / "snapshot-files.md"
    told = [match["name"] for match in _CELL.finditer(_section(page, "Sections"))]
    assert told == list(sections(Sizes(1, 1, 1, 1, 1, 1, 1, 1), 100))


def test_the_page_about_snapshots_has_the_right_constants() -> None:
    text = (DOCS / "reference" / "snapshot-files.md").read_text("utf-8")
    assert f"`{MAGIC.decode()}`" in text
    assert f"version {FORMAT_VERSION}" in text
    assert f"multiple of {PAGE_BYTES}" in text


def test_the_page_about_list_files_has_every_column_and_the_right_widths() -> None:
    text = (DOCS / "reference" / "list-files.md").read_text("utf-8")
    for method, width in WIDTH_BYTES.items():
        assert f"| `{method.value}` | {width * 2} hexadecimal digits" in text


@pytest.mark.parametrize("block", POLICIES, ids=str)
def test_rules_shown_on_a_page_are_accepted_unless_the_page_says_otherwise(
    block: Block, tmp_path: Path
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(block.text)
    if block.note == "refused":
        with pytest.raises(PolicyError):
            load_policy(file)
    else:
        load_policy(file)


def test_settings_that_pages_name_exist() -> None:
    for page in pages():
        for table, key in re.findall(r"`\[([a-z]+)\] ([a-z_]+)`", page.read_text("utf-8")):
            model = Settings.model_fields[table].annotation
            assert key in getattr(model, "model_fields", {}), f"{page}: [{table}] {key}"


def test_metrics_that_the_page_names_exist() -> None:
    figures = Metrics().render(HouseState(), 0).decode()
    told = set(re.findall(r"doorward_[a-z_]+", (DOCS / "how-to" / "monitor.md").read_text("utf-8")))
    exist = set(re.findall(r"# TYPE (doorward_[a-z_]+)", figures))
    assert told - exist == set()


def test_the_architecture_names_every_room_of_the_house() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    source = REPOSITORY / "src" / "doorward"
    rooms = [f"{one.name}/" for one in source.iterdir() if (one / "__init__.py").exists()]
    modules = [one.name for one in source.glob("[!_]*.py")]
    assert [name for name in (*rooms, *modules) if name not in text] == []


def test_the_architecture_shows_the_layers_that_are_enforced() -> None:
    tools = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]
    shown = next(block.text for block in blocks(DOCS / "architecture.md") if block.note == "layers")
    assert shown.splitlines() == tools["importlinter"]["contracts"][0]["layers"]
