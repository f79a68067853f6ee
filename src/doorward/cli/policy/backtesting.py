"""`doorward policy backtest`"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from doorward.cli.common import DataOption, JsonOption, console, emit_json, err, open_home
from doorward.cli.policy.common import print_problems, usable_policy
from doorward.policy.backtest import MOST_EXAMPLES
from doorward.policy.backtest import backtest as replay
from doorward.policy.backtest_report import BacktestReport, Example
from doorward.verdicts import Decision, Mode

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_STYLES = {Decision.ALLOW: "green", Decision.WARN: "yellow", Decision.HOLD: "yellow", Decision.BLOCK: "red"}


def time_span(text: str) -> timedelta:
    """`12h`, `7d` or `2w` as a length of time."""
    parts = re.fullmatch(r"(\d{1,4})([hdw])", text.strip())
    if parts is None or not int(parts[1]):
        raise typer.BadParameter(
            f"{text!r} is not a time: write hours, days or weeks, such as 12h, 7d or 2w."
        )
    return int(parts[1]) * _UNITS[parts[2]]


NewArgument = Annotated[Path, typer.Argument(metavar="NEW", help="The policy file to be tried.")]
SinceOption = Annotated[
    timedelta, typer.Option("--since", parser=time_span, metavar="TIME", help="How far back: 12h, 7d, 2w.")
]
ExamplesOption = Annotated[
    int, typer.Option("--examples", min=0, max=10_000, help="How many changed verdicts to name.")
]


def backtest(
    new: NewArgument,
    since: SinceOption = "7d",  # type: ignore[assignment]  # the parser reads it
    examples: ExamplesOption = MOST_EXAMPLES,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what another policy would have decided about what was recorded. Changes nothing."""
    policy = usable_policy(new)
    print_problems(policy.warnings, err)
    with open_home(data) as home, err.status("Replaying recorded verdicts …") as status:
        report = replay(
            home.database,
            policy,
            since,
            home.clock,
            examples=examples,
            progress=lambda number: status.update(f"Replaying recorded verdicts: {number:,} …"),
        )
    if as_json:
        emit_json(report.to_json())
    else:
        _print(report)


def _print(report: BacktestReport) -> None:
    span = f"{report.since:%Y-%m-%d %H:%M} to {report.until:%Y-%m-%d %H:%M} UTC"
    console.print(f"{report.replayed:,} recorded verdicts, {span}", highlight=False)
    if report.replayed:
        console.print(_changes(report))
        console.print(_rules(report))
    if report.examples:
        console.print(_examples(report.examples))
    summary = f"{report.changed:,} of {report.replayed:,} would have been decided otherwise."
    console.print(Text(summary, style="bold"), highlight=False)
    console.print("\nWhat this does not show:", highlight=False)
    for text in report.blind_spots:
        console.print(Text(f"- {text}"), highlight=False, soft_wrap=True)


def _changes(report: BacktestReport) -> Table:
    table = Table("decided", "would be", "verdicts")
    for change in report.changes:
        same = change.old is change.new
        new = Text("the same", style="dim") if same else _decision(change.new)
        table.add_row(_decision(change.old), new, f"{change.verdicts:,}")
    return table


def _rules(report: BacktestReport) -> Table:
    table = Table("rule", "matched", "could not be evaluated")
    for count in report.rules:
        name = Text.assemble(count.rule, (" (shadow)", "dim") if count.mode is Mode.SHADOW else "")
        table.add_row(name, f"{count.matched:,}", f"{count.failed:,}" if count.failed else "")
    return table


def _examples(examples: tuple[Example, ...]) -> Table:
    table = Table("verdict", "decided", "would be", "because")
    for example in examples:
        since = "" if example.state in ("final", "held") else f"\nsince {example.state}"
        old = Text.assemble(_decision(example.old), (since, "dim"))
        because = "\n".join(f"{rule}: {reason}" for rule, reason in example.rules.items())
        because = because or "no rule matches any more"
        table.add_row(Text(example.verdict), old, _decision(example.new), Text(because))
    return table


def _decision(decision: Decision) -> Text:
    return Text(decision.value, style=_STYLES[decision])
