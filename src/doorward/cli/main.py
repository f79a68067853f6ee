"""The command line: `doorward …`. Exit codes: 0 done, 1 found something not allowed, 2 could not do it."""

import sys

import typer

from doorward import __version__
from doorward.cli import canary, check, demo, hashes, hold, init, keys, lists, outbox, policy, serve
from doorward.cli.common import EXIT_FAILED, err

app = typer.Typer(
    name="doorward",
    help="Keeper of the door of an online platform where children may be.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for _module in (init, check, hashes, serve, canary, demo):
    _module.register(app)
for _name, _group in (
    ("lists", lists.app),
    ("policy", policy.app),
    ("hold", hold.app),
    ("keys", keys.app),
    ("outbox", outbox.app),
):
    app.add_typer(_group, name=_name)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"doorward {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", help="Print the version and stop.", callback=_print_version, is_eager=True
    ),
) -> None:
    """Keeper of the door of an online platform where children may be."""


def main() -> None:
    """The program's entry point; whatever nobody foresaw becomes one line and exit code 2."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # the trace is for developers, behind a variable
        from doorward.cli.trouble import explain

        err.print(f"doorward: {explain(error)}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(EXIT_FAILED)
