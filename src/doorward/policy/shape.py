"""The shape of a policy file: which keys a rule has and which values they take."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from doorward.policy.condition.complaints import did_you_mean
from doorward.policy.document import Document, Lines
from doorward.policy.problems import Problem, Severity
from doorward.policy.rules import BUILT_IN
from doorward.verdicts import Action, Decision, Mode

_TOP_KEYS = ("required", "rule")
_NEEDED = ("name", "when", "decision", "reason")
_KEYS = ("name", "when", "decision", "actions", "mode", "reason")
_NAME = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule of the right shape, its condition not read yet."""

    name: str
    when: str
    decision: Decision
    actions: tuple[Action, ...]
    mode: Mode
    reason: str
    lines: Lines


def shape_problems(document: Document) -> Iterator[Problem]:
    """Everything that is wrong with keys and values, conditions and `[required]` aside."""
    for key in document.table:
        if key not in _TOP_KEYS:
            hint = did_you_mean(key, _TOP_KEYS, "a policy has the tables [required] and [[rule]]")
            line = _line_of_top(document, key)
            yield _error(document.file, line, f"`{key}` is nothing that a policy has", hint)
    rules = document.table.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        line = document.rule_lines(0).header
        yield _error(document.file, line, "`rule` is not a list of tables", "begin each rule with [[rule]]")
        return
    if not rules:
        message = "the policy has no rule, so everything would be allowed"
        yield _error(
            document.file, 1, message, "`doorward init` writes the default policy into a new directory"
        )
    seen: dict[str, int] = {}
    for position, rule in enumerate(rules):
        lines = document.rule_lines(position)
        yield from _rule_problems(document.file, rule, lines)
        yield from _name_problems(document.file, rule.get("name"), lines, seen)


def draft(rule: Mapping[str, Any], lines: Lines) -> Draft:
    """The rule that `shape_problems` had nothing against."""
    ordered = set(rule.get("actions", ()))
    return Draft(
        name=rule["name"],
        when=rule["when"],
        decision=Decision(rule["decision"]),
        actions=tuple(action for action in Action if action in ordered),
        mode=Mode(rule.get("mode", Mode.LIVE)),
        reason=" ".join(rule["reason"].split()),
        lines=lines,
    )


def _rule_problems(file: str, rule: Mapping[str, Any], lines: Lines) -> Iterator[Problem]:
    for key in rule:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, f"a rule has {', '.join(_KEYS)}")
            yield _error(file, lines.of(key), f"a rule has no `{key}`", hint)
    for key in _NEEDED:
        if key not in rule:
            yield _error(
                file, lines.header, f"the rule has no `{key}`", f"every rule has {', '.join(_NEEDED)}"
            )
        elif not isinstance(rule[key], str):
            yield _error(file, lines.of(key), f"`{key}` is not a text", "put it in quotes")
    if isinstance(rule.get("reason"), str) and not rule["reason"].strip():
        hint = "say in a sentence why: it is shown to the platform, to reviewers and in appeals"
        yield _error(file, lines.of("reason"), "the reason is empty", hint)
    yield from _member_problems(file, "decision", rule.get("decision"), Decision, lines)
    yield from _member_problems(file, "mode", rule.get("mode"), Mode, lines)
    yield from _action_problems(file, rule.get("actions", []), lines)


def _member_problems(
    file: str, key: str, value: object, members: type[StrEnum], lines: Lines
) -> Iterator[Problem]:
    words = [member.value for member in members]
    if isinstance(value, str) and value not in words:
        hint = did_you_mean(value, words, f"it is one of {', '.join(words)}")
        yield _error(file, lines.of(key), f'there is no {key} "{value}"', hint)
    elif value is not None and not isinstance(value, str) and key not in _NEEDED:
        yield _error(file, lines.of(key), f"`{key}` is not a text", f"it is one of {', '.join(words)}")


def _action_problems(file: str, value: object, lines: Lines) -> Iterator[Problem]:
    words = [action.value for action in Action]
    if not isinstance(value, list):
        hint = f'write a list, as in actions = ["{words[0]}"]'
        yield _error(file, lines.of("actions"), "`actions` is not a list", hint)
        return
    for action in value:
        if action not in words:
            hint = did_you_mean(str(action), words, f"actions are {', '.join(words)}")
            yield _error(file, lines.of("actions"), f'there is no action "{action}"', hint)


def _name_problems(file: str, name: object, lines: Lines, seen: dict[str, int]) -> Iterator[Problem]:
    if not isinstance(name, str):
        return
    line = lines.of("name")
    if not _NAME.fullmatch(name):
        hint = "up to 60 small letters, digits and hyphens: names stand in verdicts and metrics"
        yield _error(file, line, f'"{name}" cannot be the name of a rule', hint)
    if name in BUILT_IN:
        yield _error(file, line, f'"{name}" is the name of a built-in rule', "choose another name")
    if name in seen:
        hint = "give each rule a name of its own: verdicts name the rule they come from"
        yield _error(file, line, f'the name "{name}" is taken by the rule on line {seen[name]}', hint)
    seen.setdefault(name, line)


def _line_of_top(document: Document, key: str) -> int:
    return document.top.keys.get(key, document.headers.get(key, 1))


def _error(file: str, line: int, message: str, hint: str) -> Problem:
    return Problem(file, line, Severity.ERROR, message, hint)
