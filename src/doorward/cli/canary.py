"""`doorward canary`: write the picture that every gate must stop."""

from pathlib import Path
from typing import Annotated

import typer

from doorward.cli.common import JsonOption, console, emit_json, fail
from doorward.imagery.canary import png


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("canary")(canary)


def canary(
    out: Annotated[Path, typer.Argument(metavar="OUT.png", help="File to write.")],
    as_json: JsonOption = False,
) -> None:
    """Write the canary: a harmless drawn picture that every installation blocks.

    Upload it to your platform: if it gets through, the gate is not on.
    """
    try:
        out.write_bytes(png())
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}. Name a file in a folder that exists.")
    if as_json:
        emit_json({"path": str(out), "code": "canary"})
    else:
        console.print(f"{out}: upload it; a gate that is on blocks it.", highlight=False, markup=False)
