"""The report of `doorward bench hash`, for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from doorward.cli.bench.common import figures_table, number, print_absent, print_machine, print_prose

Report = Mapping[str, Any]

_HOW_TO_READ = """
RGB: from pixels that are already decoded, beside `pdqhash` on the same array. JPEG exact and luma: from the
bytes of the file to hash and quality, beside the call of `threatexchange` that does the same with Pillow and
`pdqhash`; exact hashes red, green and blue as everybody else does, luma only the brightness as it is stored.
Decoding alone is the floor: simplejpeg's, to grey. Times are medians, in milliseconds. Bits: the largest
distance to the peer's hash of 256 bits. Again: pictures that lie so near to a decision that they are decoded
a second time and hashed by the reference's own arithmetic; they pull up the mean of exact. Memory: the peak
beyond the file itself.
"""

_EMULATED = """
{share:.1%} of the files lay so near to a decision that they were hashed again by the reference's own arithmetic.
"""


def print_report(console: Console, report: Report) -> None:
    """Every figure, with what it means."""
    console.print()
    console.print(_times(report))
    console.print(_ratios(report))
    if "exact" in (found := report.get("fidelity", {})):
        console.print(_fidelity(found))
        print_prose(console, _EMULATED.format(share=found["emulated_share"]))
    print_machine(console, report["machine"])
    print_absent(console, report["absent_peers"])
    console.print(f"JPEG files are read as {report['jpeg_path']}.", highlight=False, markup=False)
    print_prose(console, _HOW_TO_READ)


_WAYS = {
    "pdqhash": "pdqhash",
    "rgb": "Doorward RGB",
    "threatexchange": "threatexchange",
    "exact": "Doorward exact",
    "luma": "Doorward luma",
    "decode": "decoding",
}


def _times(report: Report) -> Table:
    table = figures_table(
        "To a PDQ hash with its quality, ms: two from RGB pixels, then from a JPEG file",
        (),
        ("MP", "JPEG KiB", *_WAYS.values()),
    )
    for size in report["sizes"]:
        times = size["median_ms"]
        cells = (number(times[way]) if way in times else "–" for way in _WAYS)
        table.add_row(f"{size['megapixels']:g}", _shown(size["jpeg_kib"]), *cells)
    return table


def _ratios(report: Report) -> Table:
    title = "How many times faster than the peer; bits apart from it; memory, beside threatexchange's"
    columns = ("MP", "RGB", "exact", "luma", "bits: RGB, exact, luma", "again", "peak KiB: exact, luma, its")
    table = figures_table(title, (), columns)
    for size in report["sizes"]:
        peer = size["ratio_to_threatexchange"]
        table.add_row(
            f"{size['megapixels']:g}",
            _times_faster(size["ratio_to_pdqhash"]),
            _times_faster(peer["exact"]),
            _times_faster(peer["luma"]),
            ", ".join(_shown(size["bits_apart"].get(way)) for way in ("rgb", "exact", "luma")),
            f"{size['hashed_again']} of {len(size['pictures'])}",
            ", ".join(_shown(size["peak_kib"].get(way)) for way in ("exact", "luma", "threatexchange")),
        )
    return table


def _fidelity(found: Report) -> Table:
    low, high = found["qualities"]
    title = f"Distance to pdqhash on the same pixels, {found['files']} JPEG files, qualities {low} to {high}"
    table = figures_table(title, ("way",), ("bits, mean", "bits, most", "quality, most"))
    for way in ("exact", "luma"):
        one = found[way]
        table.add_row(way, f"{one['bits_mean']:.2f}", f"{one['bits_max']}", f"{one['quality_max']}")
    return table


def _times_faster(ratio: float | None) -> str:
    return "–" if ratio is None else f"{number(ratio)} ×"


def _shown(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"
