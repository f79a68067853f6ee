"""`doorward policy check`"""

from pathlib import Path
from typing import Annotated

import typer

from doorward.cli.common import EXIT_FOUND, DataOption, JsonOption, console, emit_json, fail
from doorward.cli.policy.common import known_lists, policy_file, print_problems
from doorward.policy.load import load_policy
from doorward.policy.problems import PolicyError, PolicyUnreadable, Problem, Severity, errors
from doorward.policy.rules import Policy

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="Policy file. Default: the data directory's.", show_default=False),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings too.")]


def check(
    file: FileArgument = None,
    strict: StrictOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find mistakes in a policy before it is in force: exit 0 where it can be used, 1 where it cannot.

    Names of lists are compared with those of the data directory, where there is one.
    """
    path = policy_file(file, data)
    policy, problems = _checked(path, known_lists(data))
    if as_json:
        emit_json(_as_json(path, policy, problems))
    else:
        print_problems(problems, console)
        console.print(_summary(path, policy, problems), highlight=False, markup=False, soft_wrap=True)
    if policy is None or (strict and problems):
        raise typer.Exit(EXIT_FOUND)


def _checked(path: Path, lists: frozenset[str]) -> tuple[Policy | None, tuple[Problem, ...]]:
    try:
        policy = load_policy(path, lists)
    except PolicyUnreadable as error:
        fail(" ".join(f"{problem.file}: {problem.message}; {problem.hint}." for problem in error.problems))
    except PolicyError as error:
        return None, error.problems
    return policy, policy.warnings


def _summary(path: Path, policy: Policy | None, problems: tuple[Problem, ...]) -> str:
    wrong = len(errors(problems))
    doubts = len(problems) - wrong
    found = [_counted(wrong, Severity.ERROR)] if wrong else []
    found += [_counted(doubts, Severity.WARNING)] if doubts else []
    said = ", ".join(found) or "no problem found"
    if policy is None:
        return f"{path} cannot be used: {said}."
    return f"{path} can be used ({_counted(len(policy.rules), 'rule')}, version {policy.version}): {said}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _as_json(path: Path, policy: Policy | None, problems: tuple[Problem, ...]) -> dict[str, object]:
    return {
        "file": str(path),
        "usable": policy is not None,
        "version": policy.version if policy else None,
        "rules": len(policy.rules) if policy else None,
        "problems": [
            {"line": p.line, "severity": p.severity, "message": p.message, "hint": p.hint} for p in problems
        ],
    }
