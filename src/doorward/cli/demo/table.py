"""The demo's table, on the terminal and as a picture."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from doorward.cli.check import STYLES
from doorward.cli.demo.pictures import Exhibit
from doorward.findings import Finding, Method, Variant
from doorward.verdicts import Verdict

_WIDTH = 118


@dataclass(frozen=True, slots=True)
class Row:
    """One exhibit and what the gate said of it."""

    exhibit: Exhibit
    verdict: Verdict

    @property
    def why(self) -> str:
        """The first reason, in few words; `doorward check` gives all of them in whole sentences."""
        if self.verdict.findings:
            return _match(self.verdict.findings[0])
        if self.verdict.not_assessed:
            return self.verdict.not_assessed[0].reason.partition(";")[0].rstrip(".")
        return "no list knows it"

    def as_json(self) -> dict[str, Any]:
        """The row for scripts."""
        return {
            "file": self.exhibit.filename,
            "what": self.exhibit.what,
            "decision": self.verdict.decision,
            "why": self.why,
            "took_ms": round(self.verdict.took_ms, 1),
        }


_DIGESTS = {Method.MD5: "MD5", Method.SHA1: "SHA-1", Method.SHA256: "SHA-256"}


def _match(finding: Finding) -> str:
    if finding.method in _DIGESTS:
        return f"same {_DIGESTS[finding.method]} as {finding.entry}"
    seen = "" if finding.variant is Variant.PLAIN else f", {str(finding.variant).replace('_', ' ')}"
    return f"PDQ {finding.distance_bits} bits from {finding.entry}{seen}"


def render(console: Console, rows: list[Row]) -> None:
    """Print the table and how to read it."""
    table = Table(
        title="What came to the door, and what the gate said", title_justify="left", box=box.SIMPLE_HEAD
    )
    table.add_column("file", no_wrap=True)
    table.add_column("what it is", ratio=1)
    table.add_column("decision", no_wrap=True)
    table.add_column("why", ratio=1)
    table.add_column("ms", justify="right")
    for row in rows:
        decision = Text(row.verdict.decision, style=STYLES[row.verdict.decision])
        table.add_row(row.exhibit.filename, row.exhibit.what, decision, row.why, f"{row.verdict.took_ms:.0f}")
    console.print(table)
    console.print(
        "allow  let in\n"
        "hold   nobody sees it until a person has decided: a missing answer is never a pass\n"
        "block  stopped; with a real list it would now be preserved and brought before people\n\n"
        "PDQ compares how pictures look: 256 bits, of which at most 31 may differ here.",
        highlight=False,
    )


def save_svg(path: Path, rows: list[Row]) -> None:
    """Write the table as an SVG picture that loads nothing from elsewhere."""
    recorder = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True)
    render(recorder, rows)
    svg = recorder.export_svg(title="doorward demo")
    path.write_text(_without_foreign_fonts(svg), encoding="utf-8")


def _without_foreign_fonts(svg: str) -> str:
    """Rich names a font on a server of others; a picture in our pages asks nobody."""
    svg = re.sub(r"@font-face\s*{.*?}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "DejaVu Sans Mono")
