"""`doorward demo`: what Doorward does, on real photographs, in half a minute."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from doorward.app import open_screening
from doorward.cli.check import explain
from doorward.cli.common import DataOption, Home, JsonOption, console, emit_json, fail, open_home
from doorward.cli.demo.pictures import Exhibit, SamplesMissing, exhibits, listed_pictures
from doorward.cli.demo.table import Row, render, save_svg
from doorward.cli.init import prepare_all
from doorward.cli.serve import serve_demo
from doorward.clock import Clock
from doorward.findings import Code
from doorward.imagery.fingerprint import fingerprint
from doorward.lists import Entry, ListDetails, publish
from doorward.bodies import MemoryBody
from doorward.subjects import Context, Upload

LIST_NAME = "demo-photographs"
DEMO_DATA = Path("doorward-demo")
_LISTED_FOR_DAYS = 365


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("demo")(demo)


def demo(
    svg: Annotated[Path | None, typer.Option(help="Also write the table as a picture.")] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help=f"Keep a server running on the demo list (data in ./{DEMO_DATA}).")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port of the server.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Screen real photographs against a list made of some of them, and show what comes of it.

    The list is made of harmless photographs and marked as if it held known material, so that the
    shipped policy treats it as it would treat a real one.
    """
    if serve:
        serve_demo(data or DEMO_DATA, port, publish_list=_publish_demo_list)
        return
    with tempfile.TemporaryDirectory(prefix="doorward-demo-") as folder:
        rows = _screen(Path(folder))
    if as_json:
        emit_json([row.as_json() for row in rows])
    else:
        render(console, rows)
    if svg is not None:
        save_svg(svg, rows)


def _screen(folder: Path) -> list[Row]:
    prepare_all(folder)
    with open_home(folder) as home:
        _publish_demo_list(home)
        return asyncio.run(_screen_exhibits(home))


async def _screen_exhibits(home: Home) -> list[Row]:
    async with open_screening(home.settings, home.database, home.clock) as screening:
        rows = []
        for exhibit in _or_fail(exhibits):
            with MemoryBody.of(exhibit.data) as body:
                upload = Upload(body, Context(surface="demo"), filename=exhibit.filename)
                verdict = await screening.gate.assess(upload)
            rows.append(Row(exhibit, verdict))
        return rows


def _publish_demo_list(home: Home) -> None:
    """Hash some of the sample photographs and publish them as a list."""
    details = ListDetails.make(
        name=LIST_NAME,
        code=Code.CSAM_KNOWN,
        source="Doorward demo: photographs that come with scikit-image",
        terms="harmless photographs, for demonstration only",
        now=home.clock.now(),
        days=_LISTED_FOR_DAYS,
    )
    entries = [_entry(name, data) for name, data in _or_fail(listed_pictures).items()]
    publish(home.database, home.settings.snapshots_dir, details, entries, home.clock)
