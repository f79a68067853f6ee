"""`doorward lists import`"""

from dataclasses import asdict
from typing import Annotated

import typer

from doorward.cli.common import DataOption, JsonOption, console, emit_json, err, fail
from doorward.cli.lists.common import NameArgument, open_shelf
from doorward.cli.lists.particulars import Given, complete
from doorward.cli.lists.source_file import read_contents
from doorward.findings import Code
from doorward.lists.details import check_importable, check_name
from doorward.lists.publication import Publication, publish
from doorward.lists.reading import Format, ListContents

ERRORS_PRINTED = 20


def import_(
    name: NameArgument,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV or JSON Lines; - for standard input.")],
    code: Annotated[Code | None, typer.Option(help="What the list is of. A new list needs it.")] = None,
    source: Annotated[str | None, typer.Option(help="Who keeps the list. A new list needs it.")] = None,
    expires: Annotated[
        str | None, typer.Option(help="Last day of use, in UTC, or a moment. A new list needs it.")
    ] = None,
    terms: Annotated[str | None, typer.Option(help="Terms under which the source lets you use it.")] = None,
    as_of: Annotated[str | None, typer.Option(help="When the source issued it. Default: now.")] = None,
    radius: Annotated[int | None, typer.Option(help="PDQ hashes this many bits apart match.")] = None,
    min_quality: Annotated[
        int | None, typer.Option(help="PDQ quality below which only equality matches.")
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Keep the list's other entries. Default: replace all.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad rows out. Default: then import nothing.")
    ] = False,
    format_: Annotated[
        Format | None, typer.Option("--format", help="Default: by extension, else by looking.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a list into force from FILE, in place of what it had. Running servers follow within a second.

    FILE is CSV with the header id,md5,sha1,sha256,pdq,pdq_quality,label (any but id may be absent, in
    any order, one row a line), or JSON Lines with the same keys. Options that are not given stay as
    the list has them. Importing the same again changes nothing.
    """
    given = Given(code, source, expires, terms, as_of, radius, min_quality)
    with open_shelf(data) as (home, shelf):
        check_name(name)
        former = shelf.present(name)
        now = home.clock.now()
        details = complete(
            given, name, None if former is None else former.details, home.settings.imagery, now
        )
        check_importable(details, now)  # before a long file is read for nothing
        contents = read_contents(file, format_)
        _report(contents, skip_bad, as_json)
        with err.status("Publishing …"):
            outcome = publish(shelf, details, contents.columns, add=add, as_of_stated=as_of is not None)
    if as_json:
        emit_json({**asdict(outcome), **_account(contents)})
    else:
        console.print(_sentence(outcome, contents), highlight=False, markup=False, soft_wrap=True)


def _report(contents: ListContents, skip_bad: bool, as_json: bool) -> None:
    """Say what is wrong with the file; ends the command where that matters."""
    for error in contents.errors[:ERRORS_PRINTED]:
        err.print(f"line {error.line}: {error.reason}", highlight=False, markup=False, soft_wrap=True)
    more = contents.error_count - ERRORS_PRINTED
    if more > 0:
        err.print(f"… and {more:,} more", highlight=False)
    good = len(contents.columns)
    if not contents.error_count or (skip_bad and good):
        return
    if as_json:
        emit_json({"changed": False, **_account(contents)})
    others = f", or import the other {good:,} with --skip-bad" if good else ""
    fail(f"{contents.error_count:,} bad row(s), so nothing was imported. Mend them{others}.")


def _account(contents: ListContents) -> dict[str, object]:
    return {
        "repeated": contents.repeated,
        "bad_rows": contents.error_count,
        "errors": [asdict(error) for error in contents.errors],
    }


def _sentence(outcome: Publication, contents: ListContents) -> str:
    skipped = f" {contents.error_count:,} bad row(s) were left out." if contents.error_count else ""
    if not outcome.changed:
        return (
            f"List {outcome.name} has these {outcome.total:,} entries already: "
            f"version {outcome.version} stays.{skipped}"
        )
    changes = (
        f"{outcome.added:,} added, {outcome.removed:,} removed, {outcome.altered:,} altered, "
        f"{outcome.kept:,} kept"
    )
    return (
        f"List {outcome.name} is in force as version {outcome.version} with {outcome.total:,} entries: "
        f"{changes}.{skipped}"
    )
