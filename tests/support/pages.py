"""Markdown pages of the repository, as far as tests read them: headings, links and fenced blocks.

A note in an HTML comment directly before a block says how it is to be treated:

    <!-- not run: REASON -->          the commands are not executed, and why
    <!-- in the background: URL -->   they go on running; what follows waits until the URL answers 200
    <!-- exits with 1 -->             the commands fail on purpose, with this code
    <!-- output -->                   the block shows what the commands before it print; … is anything
    <!-- file: NAME -->               the block is the contents of this file
    <!-- refused -->                  the block is an example of what the program does not accept

A `bash` block without a note is executed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[a-z]*)\s*$")
_NOTE = re.compile(r"^\s*<!-- (?P<note>.+?) -->\s*$")
_LINK = re.compile(r"(?<!\\)\[(?:[^\]\[]|\[[^\]]*\])*\]\((?P<target>[^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (?P<text>.+?)\s*$")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block and the note before it."""

    page: Path
    line: int
    language: str
    note: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"


def pages() -> list[Path]:
    """Every page that people read."""
    return [*sorted(REPOSITORY.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in their order."""
    lines = enumerate(page.read_text("utf-8").splitlines(), start=1)
    note = ""
    for number, line in lines:
        if found := _NOTE.match(line):
            note = found["note"]
        elif fence := _FENCE.match(line):
            indent, text = len(fence["indent"]), []
            for _, inner in lines:
                if inner.strip() == "```":
                    break
                text.append(inner[indent:])
            yield Block(page, number, fence["language"], note, "".join(f"{one}\n" for one in text))
            note = ""
        elif line.strip():
            note = ""


def links(page: Path) -> Iterator[str]:
    """The targets of all links and pictures outside of blocks."""
    for line in _prose(page):
        yield from (match["target"] for match in _LINK.finditer(re.sub(r"`[^`]*`", "", line)))


def anchors(page: Path) -> set[str]:
    """The anchors that headings of the page make."""
    headings = (_HEADING.match(line) for line in _prose(page))
    return {_slug(heading["text"]) for heading in headings if heading}


def _prose(page: Path) -> Iterator[str]:
    within = False
    for line in page.read_text("utf-8").splitlines():
        if line.lstrip().startswith("```"):
            within = not within
        elif not within:
            yield line


def _slug(heading: str) -> str:
    plain = re.sub(r"[^\w\s-]", "", heading.replace("`", "")).strip().lower()
    return re.sub(r"[\s]+", "-", plain)
