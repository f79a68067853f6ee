"""`doorward check`: screen files, a line each. It looks and decides as the server does, and records nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from doorward.app.screening import Screening, open_screening
from doorward.cli.common import (
    EXIT_FAILED,
    EXIT_FOUND,
    DataOption,
    Home,
    JsonOption,
    console,
    emit_json,
    err,
    fail,
    open_home,
)
from doorward.cli.files import Unreadable, files_below, read_body
from doorward.health import canary_is_stopped
from doorward.subjects import Context, Upload
from doorward.verdicts import Decision, Verdict
from doorward.wire import verdict_to_json

STYLES = {
    Decision.ALLOW: "green",
    Decision.WARN: "yellow",
    Decision.HOLD: "yellow",
    Decision.BLOCK: "bold red",
}
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class _Outcome:
    path: Path
    verdict: Verdict | None
    trouble: str | None = None


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("check")(check)


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH…", help="Files, or folders with files.")
    ] = None,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Screen the canary, and fail if it passes.")
    ] = False,
    surface: Annotated[str | None, typer.Option(help="Surface, as policy rules may name it.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Screen files as the gate would and print a line each. Nothing is recorded, preserved or sent.

    Exit code 0: all allowed; 1: something was not; 2: a file could not be read, or the self-test failed.
    """
    if not paths and not self_test:
        fail("nothing to check. Name files or folders, or use --self-test.")
    with open_home(data) as home:
        code = asyncio.run(_run(home, list(paths or []), self_test, surface, as_json))
    if code:
        raise typer.Exit(code)


async def _run(home: Home, paths: list[Path], self_test: bool, surface: str | None, as_json: bool) -> int:
    async with open_screening(home.settings, home.database, home.clock) as screening:
        code = await _self_test(screening, as_json) if self_test else 0
        async for outcome in _screen_all(screening, paths, surface, quiet=as_json):
            code = max(code, _report(outcome, as_json))
        return code


async def _self_test(screening: Screening, as_json: bool) -> int:
    trouble = await canary_is_stopped(screening.gate)
    if as_json:
        emit_json({"self_test": "passed" if trouble is None else "failed", "reason": trouble})
    elif trouble is None:
        console.print("[green]self-test passed[/green]: the canary is stopped")
    if trouble is not None:
        err.print(f"doorward: self-test FAILED: {trouble}", style="bold red", markup=False, soft_wrap=True)
        return EXIT_FAILED
    return 0


async def _screen_all(
    screening: Screening, paths: list[Path], surface: str | None, *, quiet: bool
) -> AsyncIterator[_Outcome]:
    """Several at a time, in the order they were named."""
    columns = SpinnerColumn(), TextColumn("{task.completed} screened"), TimeElapsedColumn()
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as progress:
        task = progress.add_task("screening", total=None)
        running: list[asyncio.Task[_Outcome]] = []
        for path in files_below(paths):
            running.append(asyncio.create_task(_screen(screening, path, surface)))
            if len(running) >= _AT_ONCE:
                yield await running.pop(0)
                progress.advance(task)
        for last in running:
            yield await last
            progress.advance(task)


async def _screen(screening: Screening, path: Path, surface: str | None) -> _Outcome:
    try:
        body = await asyncio.to_thread(read_body, path)
    except Unreadable as error:
        return _Outcome(path, None, str(error))
    with body:
        upload = Upload(body, Context(surface=surface), filename=path.name)
        return _Outcome(path, await screening.gate.assess(upload))


def _report(outcome: _Outcome, as_json: bool) -> int:
    if outcome.verdict is None:
        if as_json:
            emit_json({"path": str(outcome.path), "error": outcome.trouble})
        err.print(f"doorward: {outcome.path}: {outcome.trouble}", style="red", markup=False, soft_wrap=True)
        return EXIT_FAILED
    if as_json:
        emit_json(_as_json(outcome.path, outcome.verdict))
    else:
        _print_line(outcome.path, outcome.verdict)
    return 0 if outcome.verdict.decision is Decision.ALLOW else EXIT_FOUND


def _as_json(path: Path, verdict: Verdict) -> dict[str, Any]:
    body = verdict_to_json(verdict)
    del body["verdict"]  # nothing was recorded under it
    return {"path": str(path), **body}


def _print_line(path: Path, verdict: Verdict) -> None:
    style = STYLES[verdict.decision]
    line = f"[{style}]{verdict.decision:<6}[/{style}] {escape(str(path))}"
    for why in explain(verdict):
        line += f"\n       {escape(why)}"
    console.print(line, highlight=False, soft_wrap=True)


def explain(verdict: Verdict) -> list[str]:
    """Why the verdict is what it is, a sentence a line."""
    found = [finding.explanation for finding in verdict.findings]
    missing = [f"not assessed: {item.reason}" for item in verdict.not_assessed]
    return found + missing
