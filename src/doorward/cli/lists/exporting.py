"""`doorward lists export`"""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from doorward.cli.common import DataOption, JsonOption, emit_json, err, fail
from doorward.cli.lists.common import NameArgument, open_shelf
from doorward.lists.reading import Format
from doorward.lists.writing import write_entries


def export(
    name: NameArgument,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,
    out: Annotated[
        Path | None, typer.Option(help="File to write, readable only by you. Default: standard output.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the entries of a list as they can be imported again. Mind the terms of its source.

    With --json, entries come as JSON Lines, or with --out an account of what was written.
    """
    with open_shelf(data) as (_, shelf):
        version = shelf.required(name)
        columns = shelf.contents(version)
        chosen = Format.JSONL if as_json and out is None else format_
        try:
            with _output(out) as file:
                write_entries(columns.entries(), file, chosen)
        except BrokenPipeError:  # whoever read our output has seen enough, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            fail(
                f"{out or 'standard output'}: cannot be written: {error.strerror}. Name another place with --out."
            )
    if out is None:
        return
    if as_json:
        emit_json({"name": name, "version": version.version, "entries": version.entries, "file": str(out)})
    else:
        err.print(f"{version.entries:,} entries of version {version.version} are in {out}.", highlight=False)


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that takes its name when it is complete."""
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
