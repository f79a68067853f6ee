"""`doorward lists remove`"""

from dataclasses import asdict
from typing import Annotated

import typer

from doorward.cli.common import DataOption, JsonOption, console, emit_json
from doorward.cli.lists.common import NameArgument, open_shelf
from doorward.lists.publication import remove_entries, remove_list


def remove(
    name: NameArgument,
    entry: Annotated[
        list[str] | None,
        typer.Option(help="Id of an entry to take out, instead of the whole list; may be repeated."),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a list, or some of its entries, out of force. Running servers follow within a second.

    What was in force when stays on record; the files of a removed list are deleted.
    """
    with open_shelf(data) as (_, shelf):
        if entry:
            outcome = remove_entries(shelf, name, entry)
            value = asdict(outcome)
            sentence = f"{outcome.removed:,} taken out of list {name}: version {outcome.version}."
        else:
            version = remove_list(shelf, name)
            value = {"name": name, "version": version.version, "removed": version.entries}
            sentence = f"List {name} is out of force; it had {version.entries:,} entries."
    if as_json:
        emit_json(value)
    else:
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)
