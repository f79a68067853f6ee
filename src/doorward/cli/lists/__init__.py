"""`doorward lists`: hash lists into force, out of force, and what there is to say of them."""

import typer

from doorward.cli.lists.exporting import export
from doorward.cli.lists.importing import import_
from doorward.cli.lists.removing import remove
from doorward.cli.lists.showing import show
from doorward.cli.lists.verifying import verify

app = typer.Typer(help="Hash lists: import, show, export, remove and verify them.", no_args_is_help=True)
app.command("import")(import_)
app.command()(show)
app.command()(export)
app.command()(remove)
app.command()(verify)
