"""Put the reports of `doorward bench … --json` into docs/performance.md.

    doorward bench match --entries 17000000 --queries 5000 --json > match-17m.json
    doorward bench hash --json > hash.json
    python bench/page.py match-17m.json hash.json

The page has a place for each kind of report. Several of `match` become columns of one table.
"""

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from doorward.cli.bench.common import number

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
Report = dict[str, Any]
Figure = tuple[str, Callable[[Report], str | None]]


def main() -> None:
    reports = [json.loads(Path(name).read_text()) for name in sys.argv[1:]]
    match = sorted((each for each in reports if "entries" in each), key=lambda each: int(each["entries"]))
    hashing = [each for each in reports if "sizes" in each]
    text = PAGE.read_text("utf-8")
    if match:
        text = _placed(text, "match", _match_table(match))
    for each in hashing:
        text = _placed(text, "hash", _hash_table(each))
    PAGE.write_text(text, "utf-8")


def _placed(text: str, name: str, table: str) -> str:
    begin, end = f"<!-- figures of doorward bench {name} -->\n", "<!-- end of figures -->"
    pattern = re.compile(f"({re.escape(begin)}).*?({re.escape(end)})", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}\n{table}\n{found[2]}", text, count=1)


def _rows(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _match_table(reports: Sequence[Report]) -> str:
    rows = [
        [name, *("–" if (value := figure(each)) is None else value for each in reports)]
        for name, figure in _MATCH
    ]
    header = ["figure", *(f"{each['entries']:,} entries" for each in reports)]
    return f"{_machine(reports[-1])}\n\n{_rows(header, rows)}\n"


def _machine(report: Report) -> str:
    machine = report["machine"]
    return f"{machine['processor']}, {machine['memory_gib']:g} GiB, one thread."


def _figure(name: str) -> Callable[[Report], str | None]:
    return lambda report: number(report[name])


def _peer(name: str) -> Callable[[Report], str | None]:
    def told(report: Report) -> str | None:
        if name not in report["peers"]:
            return None
        peer = report["peers"][name]
        return f"{number(report['ratios'][name])} × ({number(peer['p50_us'])} µs, {peer['bytes_per_hash']:.0f} bytes)"

    return told


def _recall(report: Report) -> str:
    judged = [report, *report["instruction_sets"].values(), *report["worst_cases"]]
    return f"{min(each['recall'] for each in judged):.4g}"


_MATCH: Sequence[Figure] = (
    ("instruction set", lambda report: str(report["instruction_set"])),
    ("query that finds nothing, median, µs", _figure("p50_us")),
    ("the same, 99 of 100 take less, µs", _figure("p99_us")),
    ("in a batch, each, µs", _figure("batch_us")),
    ("on a mapped file, median, µs", _figure("mapped_p50_us")),
    (
        "with each instruction set, median, µs",
        lambda report: ", ".join(
            f"{name} {number(each['p50_us'])}" for name, each in report["instruction_sets"].items()
        ),
    ),
    ("near queries to these, slowest", lambda report: f"{report['near_to_no_match']:.2f} ×"),
    ("slower: faiss Flat", _peer("faiss_flat")),
    ("slower: faiss MultiHash 16×16, jemalloc", _peer("faiss_multihash_16x16")),
    ("slower: faiss MultiHash 16×16, glibc", _peer("faiss_multihash_16x16_glibc")),
    ("slower: faiss MultiHash 11×23, jemalloc", _peer("faiss_multihash_11x23")),
    ("recall, worst of all", _recall),
    ("bytes for each hash with its id, in memory", _figure("bytes_per_hash")),
    ("the same on disk", _figure("bytes_per_hash_on_disk")),
    ("building, s", _figure("build_s")),
    ("from opening the file to the first answer, ms", _figure("open_ms")),
    ("hashes added a second", lambda report: number(report["updates"]["adds_per_s"])),
    ("ids removed a second", lambda report: number(report["updates"]["removes_per_s"])),
    ("query while hashes are added, median, µs", lambda r: number(r["updates"]["query_p50_us_during_adds"])),
    ("worst list, to comparing with every entry", lambda report: f"{report['worst_to_scan']:.2f} ×"),
)


def _hash_table(report: Report) -> str:
    rows = [_hash_row(size) for size in report["sizes"]]
    header = (
        "megapixels",
        "RGB, ms",
        "to pdqhash",
        "JPEG exact, ms",
        "JPEG luma, ms",
        "to threatexchange",
        "hashed again",
        "peak KiB",
    )
    told = [_machine(report) + f" JPEG files as {report['jpeg_path']}.", _rows(header, rows)]
    if "exact" in report.get("fidelity", {}):
        told.append(_fidelity(report["fidelity"]))
    return "\n\n".join(told) + "\n"


def _hash_row(size: Report) -> Sequence[str]:
    times, peer = size["median_ms"], size["ratio_to_threatexchange"]
    return (
        f"{size['megapixels']:g}",
        number(times["rgb"]),
        _times(size["ratio_to_pdqhash"]),
        number(times["exact"]),
        number(times["luma"]),
        f"exact {_times(peer['exact'])}, luma {_times(peer['luma'])}",
        f"{size['hashed_again']} of {len(size['pictures'])}",
        f"exact {size['peak_kib']['exact']:,}, luma {size['peak_kib']['luma']:,}",
    )


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{number(ratio)} × faster"


def _fidelity(found: Report) -> str:
    exact, luma = found["exact"], found["luma"]
    return (
        f"Over {found['files']} JPEG files, the exact hash differs from `pdqhash` in {exact['bits_max']} bits at\n"
        f"most, the quality by {exact['quality_max']}; the luma hash in {luma['bits_mean']:.2f} bits on average, "
        f"{luma['bits_max']} at most.\n{found['emulated_share']:.1%} of them were so near to a decision that they "
        "were hashed again in the reference's own arithmetic."
    )


if __name__ == "__main__":
    main()
