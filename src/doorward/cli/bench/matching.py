"""`doorward bench match`"""

from enum import StrEnum
from typing import Annotated

import typer

from doorward.benchmarks.children import ChildFailed
from doorward.cli.bench.common import report_console, say
from doorward.cli.bench.match_table import print_report
from doorward.cli.common import JsonOption, emit_json, fail


class Instructions(StrEnum):
    """Instruction sets that there are kernels for."""

    AVX512 = "avx512"
    AVX2 = "avx2"
    PORTABLE = "portable"


def match(
    entries: Annotated[int, typer.Option(min=1_000, help="Hashes in the list.")] = 1_000_000,
    queries: Annotated[int, typer.Option(min=10, help="Queries of each kind, at most.")] = 1_000,
    peers: Annotated[bool, typer.Option(help="Measure faiss on the same list, too.")] = True,
    instructions: Annotated[
        Instructions | None,
        typer.Option(help="Instruction set to measure with; the best of this processor if not given."),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Time for each series of queries; slow engines answer fewer.")
    ] = 10.0,
    seed: Annotated[int, typer.Option(min=0, help="All data follows from it.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Search among random hashes: build, open, single queries and batches, changes, worst cases; recall.

    17 million entries take half an hour, and up to 20 GiB of memory for the peers.
    """
    from doorward.benchmarks.match.our_engine import instruction_sets
    from doorward.benchmarks.match.run import run

    wanted = instructions.value if instructions else ""
    if wanted and wanted not in instruction_sets():
        fail(f"no {wanted} kernels on this machine; there are: {', '.join(instruction_sets())}.")
    try:
        report = run(entries, queries, peers=peers, instructions=wanted, seed=seed, limit_s=seconds, say=say)
    except ChildFailed as error:
        fail(f"{error}. What it said is above.")
    if as_json:
        emit_json(report)
    else:
        print_report(report_console(), report)
