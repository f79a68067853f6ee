"""The command line reference, from the commands themselves."""

from collections.abc import Iterator
from typing import Any

import typer.main
from pieces import code, fenced, table

from doorward.cli.main import app

# Typer builds its commands from a copy of Click of its own, which has no public types: hence `Any`.


def command_line() -> str:
    """Every command with its usage, arguments and options."""
    return "\n".join(_pages(typer.main.get_command(app), "doorward", None))


def _pages(command: Any, name: str, parent: Any) -> Iterator[str]:
    context = command.make_context(name.rpartition(" ")[2], [], parent=parent, resilient_parsing=True)
    level = "##" if name.count(" ") < 2 else "###"
    if parent is not None:
        yield f"{level} {name}\n\n{_prose(command.help or '')}\n"
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        yield _usage(command, name, context)
        return
    for subname, subcommand in subcommands.items():
        yield from _pages(subcommand, f"{name} {subname}", context)


def _usage(command: Any, name: str, context: Any) -> str:
    words = " ".join([name, *command.collect_usage_pieces(context)])
    return fenced(words) + "\n" + table(("argument or option", "what it is"), _parameters(command, context))


def _parameters(command: Any, context: Any) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) or (parameter.make_metavar(context), parameter.help or "")
        yield code(record[0].strip()), _prose(record[1])


def _prose(text: str) -> str:
    """Options that a sentence names keep both their hyphens."""
    return text.replace("--", "&#45;&#45;").replace("<", "&lt;").replace("[required]", "(required)")
