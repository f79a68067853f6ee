"""What holds for every page: links lead somewhere, examples are well-formed, nothing is only ours."""

import ast
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from support.pages import REPOSITORY, anchors, blocks, links, pages

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(REPOSITORY)))
# Kept in pieces, so that this file does not contain what it looks for.
MACHINE_PATHS = re.compile(
    "|".join(("/" + r"work/", "/" + r"root\b", "/" + r"tmp/", "/" + r"home/\w", r"\.\./" + "shared"))
)
GENERATED = re.compile(r"<!-- generated: .+? -->")


@PAGES
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    for target in links(page):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), f"{page}: no file {target}"
        if anchor and not GENERATED.search(file.read_text("utf-8")):
            assert anchor in anchors(file), f"{page}: no heading {target}"


@PAGES
def test_no_page_names_a_path_of_somebodys_machine(page: Path) -> None:
    assert not MACHINE_PATHS.search(page.read_text("utf-8"))


@PAGES
def test_examples_are_well_formed(page: Path) -> None:
    readers: dict[str, Callable[[str], object]] = {
        "python": ast.parse,
        "toml": tomllib.loads,
        "json": json.loads,
    }
    for block in blocks(page):
        if block.language in readers:
            try:
                readers[block.language](block.text)
            except (SyntaxError, ValueError) as error:
                raise AssertionError(f"{block}: {error}") from error


@PAGES
def test_lines_are_not_endless(page: Path) -> None:
    prose = [
        line for line in page.read_text("utf-8").splitlines() if not line.startswith(("|", "![", "0 4 *"))
    ]
    assert max(map(len, prose), default=0) <= 140
