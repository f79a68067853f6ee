"""The command line: `doorward …`. Exit codes: 0 done, 1 found something not allowed, 2 could not do it."""

import importlib
import os
import sys

import typer

from doorward import __version__
from doorward.cli.common import EXIT_FAILED, DataOption, err
from doorward.cli.trouble import explain
from doorward.datadir import DATA_VARIABLE

# Where each command lives. Only the one that is asked for is loaded: a server's parts take a second
# to load, and whoever shows a list does not need them.
SINGLE = {
    "init": "init",
    "check": "check",
    "hash": "hashes",
    "serve": "serve",
    "canary": "canary",
    "demo": "demo",
}
GROUPS = ("lists", "policy", "hold", "keys", "outbox", "bench")


def program(only: str | None = None) -> typer.Typer:
    """The program with all its commands, or with only the one named."""
    app = typer.Typer(
        name="doorward",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        callback=_options,
    )
    for name, module in SINGLE.items():
        if only in (None, name):
            importlib.import_module(f"doorward.cli.{module}").register(app)
    for name in GROUPS:
        if only in (None, name):
            app.add_typer(importlib.import_module(f"doorward.cli.{name}").app, name=name)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"doorward {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", help="Print the version and stop.", callback=_print_version, is_eager=True
    ),
    data: DataOption = None,
) -> None:
    """Keeper of the door of an online platform where children may be."""
    if data is not None:  # before the command or behind it: people try both
        os.environ[DATA_VARIABLE] = str(data)


def main() -> None:
    """The program's entry point; whatever nobody foresaw becomes one line and exit code 2."""
    asked = sys.argv[1] if len(sys.argv) > 1 else None
    try:
        program(asked if asked in SINGLE or asked in GROUPS else None)()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        err.print(f"doorward: {explain(error)}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(EXIT_FAILED)
