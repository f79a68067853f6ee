"""`doorward bench`: what the native core does, beside its peers, on this machine."""

import typer

from doorward.cli.bench.hashing import hash_pictures
from doorward.cli.bench.matching import match

app = typer.Typer(
    help="Measure search and hashing on this machine, beside the libraries that others use.",
    no_args_is_help=True,
)
app.command("match")(match)
app.command("hash")(hash_pictures)
