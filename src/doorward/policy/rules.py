"""A policy in memory: rules ready to be evaluated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from doorward.policy.problems import Problem
from doorward.policy.vocabulary import Binding
from doorward.verdicts import Action, Decision, Mode

# What decides beside the policy appears in verdicts as a rule of its own; no rule may take these names.
FLOOR = "not-assessed-without-rule"
NOT_PRESERVED = "not-preserved"
BUILT_IN = frozenset({FLOOR, NOT_PRESERVED})

Uses = frozenset[tuple[str, str]]  # (variable, field)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `program` is its compiled condition, `uses` the fields that it reads."""

    name: str
    when: str
    decision: Decision
    actions: tuple[Action, ...]
    mode: Mode
    reason: str
    line: int
    binding: Binding
    uses: Uses = field(repr=False)
    program: Any = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """All rules that are asked for the same thing, and the fields that any of them reads.

    They share one evaluation context, which costs thirty times what a condition costs; so it holds
    nothing that no rule reads.
    """

    rules: tuple[Rule, ...]
    fields: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "RuleGroup":
        """The group of `rules`."""
        members = tuple(rules)
        fields: dict[str, list[str]] = {}
        for variable, name in sorted({use for rule in members for use in rule.uses}):
            fields.setdefault(variable, []).append(name)
        return cls(members, MappingProxyType({name: tuple(used) for name, used in fields.items()}))


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force, and the detectors that must be there; `version` names the text they are from."""

    rules: tuple[Rule, ...]
    required: Mapping[str, tuple[str, ...]]
    version: str
    file: str
    warnings: tuple[Problem, ...] = ()
    groups: Mapping[Binding, RuleGroup] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        groups = {
            binding: RuleGroup.of(rule for rule in self.rules if rule.binding is binding)
            for binding in Binding
        }
        object.__setattr__(self, "groups", MappingProxyType(groups))
