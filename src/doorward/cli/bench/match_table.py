"""The report of `doorward bench match`, for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from doorward.cli.bench.common import figures_table, number, print_absent, print_machine, print_prose

Report = Mapping[str, Any]

_HOW_TO_READ = """
p50: the median time of a single query whose hash is near to nothing in the list, as nearly every upload's is;
of 100 queries, one takes longer than p99. batch: time for each of many that come together. bytes/hash: the
process' own memory after building, with a 64-bit id where the engine keeps ids (faiss Flat keeps none).
recall: the share of what comparing with every entry finds, for queries at 0 to 32 bits from an entry (for the
lists made to be slow: the worst at any radius from 0 to 63). 1 means that nothing was missed and that nothing
was found that is not there. MultiHash 16×16 is what python-threatexchange searches with; how fast it is
depends on the allocator, so both are shown.
"""


def print_report(console: Console, report: Report) -> None:
    """Every figure, with what it means."""
    console.print()
    console.print(_engines(report))
    print_machine(console, report["machine"])
    print_absent(console, report["absent_peers"])
    console.print(_figures(report))
    console.print(_worst_cases(report))
    print_prose(console, _HOW_TO_READ)


def _engines(report: Report) -> Table:
    title = f"Exact search within {report['radius_bits']} of 256 bits among {report['entries']:,} hashes"
    figures = ("p50 µs", "p99 µs", "batch µs", "p50 to ours", "bytes/hash", "build s", "recall")
    table = figures_table(title, ("engine",), figures)
    table.add_row(f"Doorward, {report['instruction_set']}", *_cells(report, "1"), style="bold")
    for name, peer in report["peers"].items():
        table.add_row(peer["title"], *_cells(peer, f"{number(report['ratios'][name])} ×"))
    return table


def _cells(figures: Report, ratio: str) -> tuple[str, ...]:
    return (
        number(figures["p50_us"]),
        number(figures["p99_us"]),
        number(figures["batch_us"]),
        ratio,
        number(figures["bytes_per_hash"]),
        number(figures["build_s"]),
        f"{figures['recall']:.4g}",
    )


def _figures(report: Report) -> Table:
    table = figures_table("Doorward on the same list", ("figure",), ("value",))
    for name, value in _more(report):
        table.add_row(name, value)
    return table


def _more(report: Report) -> list[tuple[str, str]]:
    updates = report["updates"]
    near = [
        (f"one query at {bits} bits from an entry, µs", number(p50))
        for bits, p50 in report["near_p50_us"].items()
    ]
    sets = [
        (f"one query with {name} kernels, µs (recall)", f"{number(each['p50_us'])} ({each['recall']:.4g})")
        for name, each in report["instruction_sets"].items()
    ]
    return [
        ("p99 to p50", number(report["p99_to_p50"])),
        *near,
        ("slowest of these to a query that finds nothing", number(report["near_to_no_match"])),
        *sets,
        ("one query on a mapped file, µs", number(report["mapped_p50_us"])),
        ("from opening a mapped file to the first answer, ms", number(report["open_ms"])),
        ("bytes a hash on disk", number(report["bytes_per_hash_on_disk"])),
        (f"hashes added a second, {updates['changes_at_once']} at once", number(updates["adds_per_s"])),
        ("ids removed a second", number(updates["removes_per_s"])),
        ("one query while hashes are added, µs", number(updates["query_p50_us_during_adds"])),
    ]


def _worst_cases(report: Report) -> Table:
    entries = report["worst_cases"][0]["entries"]
    title = f"Lists of {entries:,} made to be slow: a query beside a scan of all entries"
    table = figures_table(title, ("list", "queries"), ("p50 µs", "scan µs", "ratio", "recall"))
    shown = ""
    for each in report["worst_cases"]:
        table.add_row(
            "" if each["list"] == shown else each["list"],
            each["queries"],
            number(each["p50_us"]),
            number(each["scan_p50_us"]),
            f"{each['ratio_to_scan']:.2f}",
            f"{each['recall']:.4g}",
        )
        shown = each["list"]
    return table
