"""What both benchmarks print alike."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from doorward.cli.common import err

_FILE_WIDTH = 110


def report_console() -> Console:
    """Standard output, wide enough for the tables also where it is a file."""
    console = Console()
    narrow = not console.is_terminal and "COLUMNS" not in os.environ
    return Console(width=_FILE_WIDTH) if narrow else console


def figures_table(title: str, words: Sequence[str], figures: Sequence[str]) -> Table:
    """A table with columns of words and then of figures."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for name in words:
        table.add_column(name)
    for name in figures:
        table.add_column(name, justify="right")
    return table


def print_prose(console: Console, text: str) -> None:
    """Paragraphs, filled to the console's width."""
    for paragraph in text.strip().split("\n\n"):
        console.print(" ".join(paragraph.split()), highlight=False, markup=False)


def say(text: str) -> None:
    """Progress, on standard error, so that standard output has only the report."""
    err.print(f"… {text}", style="dim", highlight=False, markup=False)


def print_machine(console: Console, machine: Mapping[str, Any]) -> None:
    """The line that every figure needs beside it."""
    console.print(
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']:g} GiB; every engine in a "
        f"process of its own with one thread; load before: {machine['load_before']:g}",
        style="dim",
        highlight=False,
        markup=False,
    )


def print_absent(console: Console, absent: Mapping[str, str]) -> None:
    """The peers that are missing, and how to get them."""
    for name, problem in absent.items():
        console.print(f"not measured: {name}: {problem}", style="yellow", highlight=False, markup=False)


def number(value: float) -> str:
    """With as many digits as mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
