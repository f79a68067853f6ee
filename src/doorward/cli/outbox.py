"""`doorward outbox`: what waits to leave, and what was given up."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from doorward.cli.common import DataOption, JsonOption, console, emit_json, fail, open_home
from doorward.outbox import ItemState
from doorward.outbox.review import (
    ItemRecord,
    NoSuchItem,
    NothingToRetry,
    list_items,
    retry,
    retry_all_dead,
)

ID_WIDTH = 26  # whole, so that it can be copied

app = typer.Typer(help="Deliveries that wait or were given up: list and retry them.", no_args_is_help=True)


@app.command("list")
def list_(
    dead: Annotated[bool, typer.Option("--dead", help="Only those that were given up.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what has not been delivered, the oldest first (at most 1,000)."""
    states = (ItemState.DEAD,) if dead else (ItemState.PENDING, ItemState.DEAD)
    with open_home(data) as home:
        items = home.database.read(lambda connection: list_items(connection, *states))
    if as_json:
        emit_json([asdict(item) for item in items])
    else:
        console.print(_table(items))


@app.command("retry")
def retry_(
    item_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="As `list` shows it.")] = None,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="Everything that was given up.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make deliveries due now, with all their attempts before them. A running server sends them."""
    if (item_id is None) is not all_dead:
        fail("name one item, or say --all-dead.")
    with open_home(data) as home:
        now = home.clock.now()
        try:
            if item_id is None:
                number = home.database.write(lambda connection: retry_all_dead(connection, now))
            else:
                home.database.write(lambda connection: retry(connection, item_id, now))
                number = 1
        except (NoSuchItem, NothingToRetry) as error:
            fail(str(error))
    if as_json:
        emit_json({"retried": number})
    else:
        console.print(f"{number} due now.", highlight=False)


def _table(items: tuple[ItemRecord, ...]) -> Table:
    table = Table()
    table.add_column("id", no_wrap=True, min_width=ID_WIDTH)
    for heading in ("kind", "state", "attempts", "next attempt", "last error"):
        table.add_column(heading)
    for item in items:
        due = f"{item.next_attempt_at:%Y-%m-%d %H:%M:%S}" if item.state is ItemState.PENDING else ""
        cells = (item.id, item.kind, item.state, str(item.attempts), due, item.last_error or "")
        table.add_row(*(escape(cell) for cell in cells))
    return table
