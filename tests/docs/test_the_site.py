"""The documentation as built: complete, and asking nobody else for anything."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from support.pages import REPOSITORY


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, built as `make docs` builds them."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class _Loaded(HTMLParser):
    """Addresses that a browser loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        if tag in ("script", "img", "iframe", "source"):
            self.addresses.append(told.get("src") or "")
        elif tag == "link" and told.get("rel") not in ("canonical", "next", "prev"):
            self.addresses.append(told.get("href") or "")


def test_pages_load_nothing_from_other_servers(site: Path) -> None:
    for page in site.rglob("*.html"):
        parser = _Loaded()
        parser.feed(page.read_text("utf-8"))
        foreign = [address for address in parser.addresses if re.match(r"(https?:)?//", address)]
        assert not foreign, f"{page.relative_to(site)} loads {foreign}"


@pytest.mark.parametrize(
    ("page", "contains"),
    [
        ("reference/cli", "doorward lists import"),
        ("reference/http", "/v1/screen/upload"),
        ("reference/settings", "DOORWARD_HTTP__PORT"),
        ("reference/policy", "finding.distance"),
        ("reference/python", "NotAssessed"),
        ("retention", "evidence_items"),
    ],
)
def test_the_reference_has_what_the_code_has(site: Path, page: str, contains: str) -> None:
    text = re.sub(r"<[^>]+>", "", (site / page / "index.html").read_text("utf-8"))
    assert contains in text


def test_no_page_waits_for_a_part_that_nobody_generates(site: Path) -> None:
    assert not [page for page in site.rglob("*.html") if "<!-- generated:" in page.read_text("utf-8")]
