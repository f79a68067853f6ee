"""From a policy file to a policy in force, or to the list of all that is wrong with it."""

import hashlib
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from doorward.policy.check import check_rule, known_names, together_problems
from doorward.policy.document import Document, read_document
from doorward.policy.problems import PolicyError, PolicyUnreadable, Problem, Severity, errors, warnings
from doorward.policy.required import required_problems
from doorward.policy.rules import Policy, Rule
from doorward.policy.shape import draft, shape_problems

_LARGEST_BYTES = 1024 * 1024


def load_policy(path: Path, known_lists: frozenset[str] = frozenset()) -> Policy:
    """Read and check the policy at `path`.

    `known_lists` are the names of the lists that exist; empty: names of lists are not checked.
    Raises `PolicyUnreadable` where there is no text to check, else `PolicyError` with every problem.
    """
    return parse_policy(_read(path), str(path), known_lists)


def parse_policy(text: str, file: str, known_lists: frozenset[str] = frozenset()) -> Policy:
    """Check the policy `text`; `file` is its name in messages. Raises `PolicyError`."""
    document = read_document(text, file)
    problems = [*shape_problems(document), *required_problems(document)]
    if errors(problems):
        raise PolicyError(_in_order(problems))
    rules, found = _check_rules(document, known_lists)
    problems += found
    if errors(problems):
        raise PolicyError(_in_order(problems))
    required = {key: tuple(names) for key, names in document.table.get("required", {}).items()}
    return Policy(
        rules=rules,
        required=MappingProxyType(required),
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
        file=file,
        warnings=warnings(_in_order(problems)),
    )


def default_text() -> str:
    """The policy that a new data directory begins with."""
    return resources.files("doorward.policy").joinpath("default.toml").read_text("utf-8")


def _check_rules(document: Document, known_lists: frozenset[str]) -> tuple[tuple[Rule, ...], list[Problem]]:
    known = known_names(known_lists)
    checked = [
        check_rule(document.file, draft(table, document.rule_lines(position)), known)
        for position, table in enumerate(document.table["rule"])
    ]
    problems = [problem for one in checked for problem in one.problems]
    problems += together_problems(document.file, checked)
    return tuple(one.rule for one in checked if one.rule is not None), problems


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.line)


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        hint = "check its name; where a data directory has no policy, `doorward init` writes the shipped one"
        raise _unreadable(path, "there is no such file", hint) from error
    except OSError as error:
        raise _unreadable(
            path, f"it cannot be read: {error.strerror}", "check its name, owner and mode"
        ) from error
    if len(data) > _LARGEST_BYTES:
        raise _unreadable(path, f"it is larger than {_LARGEST_BYTES} bytes", "is this the right file?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _unreadable(path, "it is not UTF-8 text", "save it as UTF-8", line) from error


def _unreadable(path: Path, message: str, hint: str, line: int = 1) -> PolicyUnreadable:
    return PolicyUnreadable([Problem(str(path), line, Severity.ERROR, message, hint)])
