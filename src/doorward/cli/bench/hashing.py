"""`doorward bench hash`"""

from pathlib import Path
from typing import Annotated

import typer

from doorward.benchmarks.children import ChildFailed
from doorward.cli.bench.common import report_console, say
from doorward.cli.bench.hash_table import print_report
from doorward.cli.common import JsonOption, emit_json, fail

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE]...", help="Pictures to hash; made of samples if none are given."),
]


def hash_pictures(
    files: Files = None,
    sizes: Annotated[
        list[float] | None,
        typer.Option(
            "--megapixels", min=0.01, help="Size of the pictures; may be repeated. Default: 0.5, 2, 12, 24."
        ),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.0, help="Time for each size.")] = 20.0,
    fidelity: Annotated[
        int, typer.Option(min=0, help="JPEG files of all qualities to compare with the reference.")
    ] = 140,
    as_json: JsonOption = False,
) -> None:
    """PDQ of pixels and of JPEG files: time, memory, and every bit beside pdqhash and threatexchange."""
    from doorward.benchmarks.hash.run import SIZES_MP, run

    try:
        report = run(
            files or (), sizes_mp=sizes or SIZES_MP, limit_s=seconds, fidelity_files=fidelity, say=say
        )
    except ChildFailed as error:
        fail(f"{error}. What it said is above.")
    except OSError as error:
        fail(f"cannot read that picture: {error}")
    if as_json:
        emit_json(report)
    else:
        print_report(report_console(), report)
