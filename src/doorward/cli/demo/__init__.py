"""`doorward demo`: what Doorward does, on real photographs, in half a minute."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from doorward.app.screening import open_screening
from doorward.app.shelf import shelf_of
from doorward.bodies import MemoryBody
from doorward.cli.common import DataOption, Home, JsonOption, console, emit_json, fail, open_home
from doorward.cli.demo.pictures import SamplesMissing, exhibits, listed_pictures
from doorward.cli.demo.table import Row, render, save_svg
from doorward.cli.demo.welcome import prepare_demo
from doorward.cli.init import bring_up_database, make_files
from doorward.findings import Code
from doorward.imagery.fingerprint import fingerprint
from doorward.lists import Entry, ListDetails
from doorward.lists.publication import publish
from doorward.logs import configure_logging
from doorward.subjects import Context, Upload

LIST_NAME = "demo-photographs"
DEMO_DATA = Path("doorward-demo")
_LISTED_FOR = timedelta(days=365)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("demo")(demo)


def demo(
    svg: Annotated[Path | None, typer.Option(help="Also write the table as a picture.")] = None,
    serve: Annotated[
        bool,
        typer.Option("--serve", help=f"Keep a server running on the demo's list (data in ./{DEMO_DATA})."),
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port of the server.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Screen real photographs against a list made of some of them, and show what comes of it.

    The photographs are harmless. Their list is marked as if it held known material, so that the
    shipped policy treats it as it would treat a real one.
    """
    try:
        if serve:
            _serve(data or DEMO_DATA, port)
            return
        with tempfile.TemporaryDirectory(prefix="doorward-demo-") as folder:
            rows = _screen(Path(folder))
    except SamplesMissing as error:
        fail(str(error))
    if as_json:
        emit_json([row.as_json() for row in rows])
    else:
        render(console, rows)
    if svg is not None:
        save_svg(svg, rows)


def _serve(directory: Path, port: int | None) -> None:
    from doorward.cli.serve import run  # a whole server, which the table does not need

    settings = prepare_demo(directory, _publish_demo_list, port)
    configure_logging()
    run(settings, settings.http.host, settings.http.port if port is None else port)


def _screen(folder: Path) -> list[Row]:
    bring_up_database(make_files(folder).settings)
    with open_home(folder) as home:
        _publish_demo_list(home)
        return asyncio.run(_screen_exhibits(home))


async def _screen_exhibits(home: Home) -> list[Row]:
    async with open_screening(home.settings, home.database, home.clock) as screening:
        rows = []
        for exhibit in exhibits():
            with MemoryBody.of(exhibit.data) as body:
                upload = Upload(body, Context(surface="demo"), filename=exhibit.filename)
                rows.append(Row(exhibit, await screening.gate.assess(upload)))
        return rows


def _publish_demo_list(home: Home) -> None:
    """Hash some of the sample photographs and publish them as a list, dated today."""
    today = home.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    details = ListDetails(
        name=LIST_NAME,
        code=Code.CSAM_KNOWN,
        source="Doorward demo: photographs that come with scikit-image",
        terms="harmless photographs, for demonstration only",
        as_of=today,
        expires_at=today + _LISTED_FOR,
        radius_bits=home.settings.imagery.radius_bits,
        min_quality=home.settings.imagery.min_quality,
    )
    entries = [_entry(name, data) for name, data in listed_pictures().items()]
    publish(shelf_of(home.settings, home.database, home.clock), details, entries)


def _entry(name: str, data: bytes) -> Entry:
    found = fingerprint(data)
    return Entry(
        id=name,
        md5=found.digests.md5,
        sha1=found.digests.sha1,
        sha256=found.digests.sha256,
        pdq=None if found.pdq is None else bytes.fromhex(found.pdq),
        pdq_quality=found.pdq_quality,
        label="demo",
    )
