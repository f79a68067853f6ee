"""`doorward hold`: what waits for a person, and what the person decided."""

import os
import pwd
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from doorward.casework.errors import CaseworkError
from doorward.casework.holds import HeldItem, Outcome, Settled, list_held, settle
from doorward.cli.common import DataOption, JsonOption, console, emit_json, fail, open_home

app = typer.Typer(help="Held items: list, release and remove them.", no_args_is_help=True)

VerdictArgument = Annotated[str, typer.Argument(metavar="ID", help="The verdict, as `hold list` shows it.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept with the verdict.")]
ByOption = Annotated[
    str | None,
    typer.Option("--by", help="Who decides. Default: your name on this system.", show_default=False),
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many to show.")]
AfterOption = Annotated[
    str | None, typer.Option("--after", metavar="ID", help="Continue after this one.", show_default=False)
]


@app.command("list")
def list_(
    limit: LimitOption = 100, after: AfterOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Show what is held, the longest waiting first."""
    with open_home(data) as home:
        try:
            items = home.database.read(lambda connection: list_held(connection, limit=limit, after=after))
        except CaseworkError as error:
            fail(str(error))
    if as_json:
        emit_json([item.to_json() for item in items])
    else:
        _print(items, limit)


@app.command()
def release(
    verdict: VerdictArgument,
    reason: ReasonOption,
    by: ByOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a held item through, and tell the platform."""
    _settle(verdict, Outcome.RELEASED, reason, by, data, as_json)


@app.command()
def remove(
    verdict: VerdictArgument,
    reason: ReasonOption,
    by: ByOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a held item taken away, and tell the platform."""
    _settle(verdict, Outcome.REMOVED, reason, by, data, as_json)


def _settle(
    verdict: str, outcome: Outcome, reason: str, by: str | None, data: Path | None, as_json: bool
) -> None:
    with open_home(data) as home:
        notify = home.settings.webhooks.url is not None
        who, now = by or _user_name(), home.clock.now()
        try:
            settled = home.database.write(
                lambda connection: settle(
                    connection, verdict, outcome, by=who, reason=reason, now=now, notify=notify
                )
            )
        except CaseworkError as error:
            fail(str(error))
    if as_json:
        emit_json(settled.to_json())
    else:
        console.print(_sentence(settled, notify), highlight=False, markup=False, soft_wrap=True)


def _sentence(settled: Settled, notify: bool) -> str:
    if not settled.changed:
        return (
            f"{settled.verdict} was {settled.outcome} before, by {_printable(settled.by)} at "
            f"{settled.at:%Y-%m-%d %H:%M} UTC; nothing changed."
        )
    told = "the platform will be told" if notify else "no webhook is configured: tell the platform yourself"
    return f"{settled.verdict} is {settled.outcome}; {told}."


def _print(items: Sequence[HeldItem], limit: int) -> None:
    if not items:
        console.print("Nothing is held.")
        return
    table = Table("verdict", "held since (UTC)", "kind", "account", "surface", "found", "why it is held")
    table.columns[0].no_wrap = True  # it is to be copied
    for item in items:
        cells = (
            item.verdict,
            f"{item.held_at:%Y-%m-%d %H:%M}",
            item.kind,
            item.account or "",
            item.surface or "",
            ", ".join(item.codes),
            "; ".join(item.reasons),
        )
        table.add_row(*(Text(_printable(cell)) for cell in cells))
    console.print(table)
    if len(items) == limit:
        console.print(f"There may be more: doorward hold list --after {items[-1].verdict}", highlight=False)


def _printable(text: str) -> str:
    """Names come from accounts; none may move the cursor of whoever reads them."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def _user_name() -> str:
    """The name the system knows the user by; not the environment's, which anyone may set."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
