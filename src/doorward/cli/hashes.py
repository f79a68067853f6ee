"""`doorward hash`: hashes of files, as rows of a list that `doorward lists import` reads."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from doorward.cli.common import EXIT_FAILED, JsonOption, emit_json, err
from doorward.cli.files import Unreadable, files_below, read_body
from doorward.imagery.fingerprint import Fingerprint, fingerprint

COLUMNS = ("id", "md5", "sha1", "sha256", "pdq", "pdq_quality", "label")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("hash")(hash_files)


def hash_files(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, or folders with files.")],
    label: Annotated[str, typer.Option(help="Label of every row.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Print MD5, SHA-1, SHA-256 and PDQ of files as a list in CSV (or JSON Lines with --json).

    The id of a row is the file's name. What is no picture gets a row without PDQ and a word on stderr;
    a file that cannot be read gets no row, and then the exit code is 2.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if not as_json:
        writer.writerow(COLUMNS)
    failed = False
    for row in _rows(paths, label):
        if row is None:
            failed = True
        elif as_json:
            emit_json({key: value for key, value in row.items() if value not in (None, "")})
        else:
            writer.writerow(["" if row[column] is None else row[column] for column in COLUMNS])
    if failed:
        raise typer.Exit(EXIT_FAILED)


def _rows(paths: list[Path], label: str) -> Iterator[dict[str, str | int | None] | None]:
    for path in files_below(paths):
        try:
            with read_body(path) as body:
                found = fingerprint(bytes(body.view()))
        except Unreadable as error:
            _tell(f"{path}: {error}", style="red")
            yield None
            continue
        for problem in found.problems:
            _tell(f"{path}: {problem.reason}", style="yellow")
        yield _row(path, found, label)


def _tell(message: str, style: str) -> None:
    err.print(f"doorward: {message}", style=style, highlight=False, markup=False, soft_wrap=True)


def _row(path: Path, found: Fingerprint, label: str) -> dict[str, str | int | None]:
    return {
        "id": path.name,
        "md5": found.digests.md5.hex(),
        "sha1": found.digests.sha1.hex(),
        "sha256": found.digests.sha256.hex(),
        "pdq": found.pdq,
        "pdq_quality": found.pdq_quality,
        "label": label or None,
    }
