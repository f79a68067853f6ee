"""What the commands about lists share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from doorward.app.shelf import shelf_of
from doorward.cli.common import Home, fail, open_home
from doorward.lists import ListError
from doorward.lists.shelf import Shelf

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The list's name here.")]
OptionalNameArgument = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="One list; without it all of them.", show_default=False)
]


@contextmanager
def open_shelf(data: Path | None) -> Iterator[tuple[Home, Shelf]]:
    """The published lists of a data directory; what goes wrong with them ends the command clearly."""
    with open_home(data) as home:
        try:
            yield home, shelf_of(home.settings, home.database, home.clock)
        except ListError as error:
            fail(str(error))
