"""Uploads through the whole gate over HTTP, beside the same look-up by python-threatexchange.

    python bench/gate.py [--seconds 8] [--entries 100000] [--json]

Both get the same JPEG files and the same list, on the same machine, one after the other, with the
same number of processes that decode. Ours is the whole server: HTTP, digests, decoding, PDQ,
matching of digests and hashes, policy, record. Theirs is `PdqSignal.hash_from_bytes` and a query of
`PDQIndex`, in worker processes, without a server, policy or record.
"""

import argparse
import asyncio
import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import httpx
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from support.pictures import photograph
from support.server import RunningServer, doorward

SIZES_MP = (0.5, 2.0, 12.0)
FILES_PER_SIZE = 6
CLIENTS = 4


@dataclass(frozen=True, slots=True)
class Result:
    """One size of picture."""

    megapixels: float
    file_kib: float
    per_s: float
    p50_ms: float
    p99_ms: float
    shares: dict[str, float]  # of the time inside the gate, one upload at a time
    peer_per_s: float
    peer_p50_ms: float


def main() -> None:
    options = _options()
    random = np.random.default_rng(7)
    hashes = [row.tobytes().hex() for row in random.integers(0, 256, (options.entries, 32), dtype=np.uint8)]
    results = []
    with tempfile.TemporaryDirectory(prefix="doorward-bench-") as folder:
        data = Path(folder) / "data"
        key = json.loads(doorward("init", "--json", data=data))["api_key"]
        _publish(Path(folder) / "list.csv", hashes, data)
        with (
            RunningServer(data) as server,
            ProcessPoolExecutor(os.cpu_count(), initializer=_peer_start, initargs=(hashes,)) as peers,
        ):
            for size in SIZES_MP:
                files = [_jpeg(size, seed) for seed in range(FILES_PER_SIZE)]
                results.append(_measure(size, files, server.url, key, data, peers, options.seconds))
    if options.json:
        print(
            json.dumps(
                [result.__dict__ if hasattr(result, "__dict__") else _plain(result) for result in results]
            )
        )
    else:
        _print(results, options.entries)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=8.0, help="time for each figure")
    parser.add_argument("--entries", type=int, default=100_000, help="random PDQ hashes in the list")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _plain(result: Result) -> dict[str, object]:
    return {name: getattr(result, name) for name in Result.__slots__}


def _publish(path: Path, hashes: Sequence[str], data: Path) -> None:
    path.write_text("id,pdq\n" + "".join(f"r{i},{one}\n" for i, one in enumerate(hashes)))
    arguments = ("--code", "ncii", "--source", "random hashes", "--expires", "2099-01-01")
    doorward("lists", "import", "random", str(path), *arguments, data=data)


def _jpeg(megapixels: float, seed: int) -> bytes:
    """A photograph of that size with a camera's noise, so that the file is as large as real ones are."""
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = round(megapixels * 1e6 / height)
    names = (
        "coffee.png",
        "chelsea.png",
        "rocket.jpg",
        "motorcycle_left.png",
        "motorcycle_right.png",
        "hubble_deep_field.jpg",
    )
    picture = photograph(names[seed % len(names)], (width, height))
    noise = np.random.default_rng(seed).normal(0, 4, (height, width, 1))
    noisy = np.clip(np.asarray(picture, dtype=np.float32) + noise, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noisy).save(out, "JPEG", quality=88)
    return out.getvalue()


def _measure(
    size: float,
    files: list[bytes],
    url: str,
    key: str,
    data: Path,
    peers: ProcessPoolExecutor,
    seconds: float,
) -> Result:
    times, spent = asyncio.run(_load(url, key, files, seconds))
    peer_times, peer_spent = _load_peer(peers, files, seconds)
    return Result(
        megapixels=size,
        file_kib=statistics.mean(map(len, files)) / 1024,
        per_s=len(times) / spent,
        p50_ms=_quantile(times, 0.5) * 1000,
        p99_ms=_quantile(times, 0.99) * 1000,
        shares=asyncio.run(_shares(data, files)),
        peer_per_s=len(peer_times) / peer_spent,
        peer_p50_ms=_quantile(peer_times, 0.5) * 1000,
    )


async def _load(url: str, key: str, files: list[bytes], seconds: float) -> tuple[list[float], float]:
    times: list[float] = []
    begun = time.perf_counter()
    async with httpx.AsyncClient(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60
    ) as client:

        async def one_client(place: int) -> None:
            turn = place
            while time.perf_counter() - begun < seconds:
                started = time.perf_counter()
                answer = await client.post("/v1/screen/upload", content=files[turn % len(files)])
                times.append(time.perf_counter() - started)
                if answer.json()["decision"] != "allow":
                    raise RuntimeError(f"an unlisted photograph got {answer.text}")
                turn += 1

        await asyncio.gather(*(one_client(place) for place in range(CLIENTS)))
    return times, time.perf_counter() - begun


def _quantile(times: list[float], share: float) -> float:
    return float(np.quantile(times, share))


async def _shares(data: Path, files: list[bytes]) -> dict[str, float]:
    """Where the time of one upload goes, measured inside the gate with its own record."""
    from doorward.app.screening import build_screening
    from doorward.bodies import MemoryBody
    from doorward.clock import SystemClock
    from doorward.settings import load
    from doorward.storage import open_database
    from doorward.subjects import Upload

    settings = load(data)
    clock = SystemClock()
    database = open_database(settings.database_url)
    screening = build_screening(settings, database, clock)
    await screening.decoders.start()
    sums: dict[str, float] = {}
    try:
        for data_ in files * 2:
            with MemoryBody.of(data_) as body:
                verdict = await screening.gate.assess(Upload(body))
            started = clock.monotonic_s()
            await database.write_async(lambda connection: None)
            stages = {**verdict.timings_ms, "database": (clock.monotonic_s() - started) * 1000}
            for stage, took in stages.items():
                sums[stage] = sums.get(stage, 0.0) + took
    finally:
        await screening.decoders.close()
        database.close()
    whole = sum(sums.values())
    return {stage: took / whole for stage, took in sums.items()}


_peer_look_up: Callable[[bytes], int]


def _peer_start(hashes: Sequence[str]) -> None:
    """In each worker: the peer's index, and one thread for it, since the others' cores are ours."""
    global _peer_look_up
    import faiss
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex
    from threatexchange.signal_type.pdq.signal import PdqSignal

    faiss.omp_set_num_threads(1)
    index = PDQIndex.build([(one, place) for place, one in enumerate(hashes)])

    def look_up(data: bytes) -> int:
        return len(index.query(PdqSignal.hash_from_bytes(data)))

    _peer_look_up = look_up


def _peer_one(data: bytes) -> float:
    started = time.perf_counter()
    _peer_look_up(data)
    return time.perf_counter() - started


def _load_peer(peers: ProcessPoolExecutor, files: list[bytes], seconds: float) -> tuple[list[float], float]:
    list(peers.map(_peer_one, files))  # warm
    begun = time.perf_counter()
    times: list[float] = []
    while time.perf_counter() - begun < seconds:
        times.extend(peers.map(_peer_one, files))
    return times, time.perf_counter() - begun


def _print(results: list[Result], entries: int) -> None:
    table = Table(
        title=f"uploads through the gate, {entries} entries, {os.cpu_count()} cores, {CLIENTS} clients"
    )
    for name in (
        "MP",
        "file KiB",
        "uploads/s",
        "p50 ms",
        "p99 ms",
        "share of time",
        "threatexchange/s",
        "its p50 ms",
    ):
        table.add_column(name, justify="right")
    for one in results:
        shares = ", ".join(
            f"{name} {share:.0%}" for name, share in sorted(one.shares.items(), key=lambda s: -s[1])
        )
        table.add_row(
            f"{one.megapixels:g}",
            f"{one.file_kib:.0f}",
            f"{one.per_s:.1f}",
            f"{one.p50_ms:.0f}",
            f"{one.p99_ms:.0f}",
            shares,
            f"{one.peer_per_s:.1f}",
            f"{one.peer_p50_ms:.0f}",
        )
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
