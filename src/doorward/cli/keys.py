"""`doorward keys`: the API keys of the platform's servers."""

from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from doorward.access import ApiKey, BadKeyName, NoSuchKey, Scope, create_key, list_keys, revoke_key
from doorward.cli.common import DataOption, JsonOption, console, emit_json, err, fail, open_home

ID_WIDTH = 26  # whole, so that it can be copied

app = typer.Typer(help="API keys: make, list and revoke them.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is, for people.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; may be repeated.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and print its token, once."""
    with open_home(data) as home:
        try:
            key = home.database.write(
                lambda connection: create_key(connection, name=name, scopes=scope, now=home.clock.now())
            )
        except BadKeyName as error:
            fail(str(error))
    if as_json:
        emit_json({"id": key.id, "name": name, "scopes": sorted(set(scope)), "token": key.token})
        return
    err.print(f"Key {key.id} for {escape(name)}. Keep the token: it is shown this once.", highlight=False)
    print(key.token)


@app.command("list")
def list_(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show all keys, without their tokens."""
    with open_home(data) as home:
        keys = home.database.read(list_keys)
    if as_json:
        emit_json([_to_json(key) for key in keys])
        return
    table = Table()
    table.add_column("id", no_wrap=True, min_width=ID_WIDTH)
    for heading in ("name", "scopes", "made", "revoked"):
        table.add_column(heading)
    for key in keys:
        table.add_row(
            key.id,
            escape(key.name),
            ", ".join(sorted(key.scopes)),
            _day(key.created_at),
            _day(key.revoked_at),
        )
    console.print(table)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `doorward keys list` shows it.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a key. Running servers refuse it within two seconds."""
    with open_home(data) as home:
        try:
            home.database.write(lambda connection: revoke_key(connection, key_id, home.clock.now()))
        except NoSuchKey as error:
            fail(str(error))
    if as_json:
        emit_json({"id": key_id, "revoked": True})
    else:
        console.print(f"Key {key_id} is revoked.", highlight=False)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _to_json(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created_at": key.created_at.isoformat(),
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }
