"""A burst of uploads, with and without the line in which they wait before their deadline begins.

    python bench/burst.py [--uploads 60] [--megapixels 2]

Harmless photographs that no list knows, all sent at once. Every one that is not allowed would be put
before a person for no other reason than that it was busy.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from rich.console import Console
from rich.table import Table

from doorward.app.screening import open_screening
from doorward.bodies import MemoryBody
from doorward.clock import SystemClock
from doorward.gate import Gate
from doorward.recording import NothingRecorded
from doorward.settings import load
from doorward.storage import open_database
from doorward.subjects import Upload
from doorward.verdicts import Verdict
from support.pictures import photograph, saved
from support.server import doorward


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one burst."""

    way: str
    allowed: int
    held: int
    slowest_s: float


def main() -> None:
    options = _options()
    edge = round((options.megapixels * 1e6 * 2 / 3) ** 0.5)
    picture = saved(photograph("chelsea.png", (edge * 3 // 2, edge)), "JPEG", quality=88)
    with tempfile.TemporaryDirectory(prefix="doorward-burst-") as folder:
        doorward("init", data=Path(folder))
        results = asyncio.run(_measure(Path(folder), picture, options.uploads))
    _print(results, options)


async def _measure(folder: Path, picture: bytes, uploads: int) -> list[Result]:
    settings, clock = load(folder), SystemClock()
    database = open_database(settings.database_url)
    decoders = settings.imagery.workers or os.cpu_count() or 1
    ways = {
        "one deadline for all": uploads,
        "a line, two places a decoder": 2 * decoders,
        "a line, one place a decoder": decoders,
    }
    results = []
    try:
        for way, places in ways.items():
            async with open_screening(settings, database, clock) as screening:
                gate = Gate(
                    detectors=(screening.imagery,),
                    policy=screening.policy,
                    recorder=NothingRecorded(),
                    settings=settings.gate,
                    clock=clock,
                    uploads_at_once=places,
                )
                results.append(await _burst(gate, way, picture, uploads))
    finally:
        database.close()
    return results


async def _burst(gate: Gate, way: str, picture: bytes, uploads: int) -> Result:
    started_s = time.monotonic()
    answers = await asyncio.gather(*(_screen(gate, picture) for _ in range(uploads)))
    decided = Counter(str(answer.decision) for answer in answers)
    return Result(way, decided["allow"], decided["hold"], time.monotonic() - started_s)


async def _screen(gate: Gate, picture: bytes) -> Verdict:
    with MemoryBody.of(picture) as body:
        return await gate.assess(Upload(body))


def _print(results: list[Result], options: argparse.Namespace) -> None:
    title = f"{options.uploads} uploads of {options.megapixels:g} MP at once, {os.cpu_count()} processors"
    table = Table("way", "allowed", "held", "last answer after s", title=title)
    for one in results:
        table.add_row(one.way, str(one.allowed), str(one.held), f"{one.slowest_s:.1f}")
    Console().print(table)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--uploads", type=int, default=60, help="how many at once")
    parser.add_argument("--megapixels", type=float, default=2.0, help="size of each")
    return parser.parse_args()


if __name__ == "__main__":
    main()
