"""The command line reference, from the commands themselves."""

from collections.abc import Iterator
from typing import Any

import typer.main
from pieces import code, fenced, table

from doorward.cli.main import program

# Typer builds its commands from a copy of Click of its own, which has no public types: hence `Any`.


def command_line() -> str:
    """Every command with its usage, arguments and options."""
    return "\n".join(_pages(typer.main.get_command(program()), "doorward", None))


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
        record = parameter.get_help_record(context)
        if record is not None and parameter.name != "help":
            yield code(_name(parameter, record[0])), _prose(" ".join(record[1].split()))


def _name(parameter: Any, shown: str) -> str:
    """The type says nothing that the name of an argument does not."""
    return shown.partition(" <")[0] if parameter.param_type_name == "argument" else shown.strip()


def _prose(text: str) -> str:
    """Options that a sentence names keep both their hyphens."""
    return text.replace("--", "&#45;&#45;").replace("<", "&lt;").replace("[required]", "(required)")
