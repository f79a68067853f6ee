"""`doorward policy show`"""

from typing import Any

from rich.table import Table
from rich.text import Text

from doorward.cli.common import DataOption, JsonOption, console, emit_json, err
from doorward.cli.policy.checking import FileArgument
from doorward.cli.policy.common import policy_file, print_problems, usable_policy
from doorward.policy.rules import Policy, Rule
from doorward.policy.vocabulary import Binding
from doorward.verdicts import Action, Mode

_ASKED_FOR = {
    Binding.SUBJECT: "every subject",
    Binding.FINDING: "each finding",
    Binding.NOT_ASSESSED: "each missing answer",
}
_IN_WORDS = {
    Action.PRESERVE: "keep the bytes",
    Action.OPEN_CASE: "open a case",
    Action.NOTIFY_PLATFORM: "tell the platform",
    Action.WARN_USER: "warn the user",
}
_BUILT_IN = (
    "Built in: what could not be assessed and no live rule speaks of is held; a rule that cannot be "
    "evaluated holds; a score never blocks; what no rule matches is allowed."
)


def show(file: FileArgument = None, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show the rules in words: what each is asked for, what it decides, orders and says."""
    policy = usable_policy(policy_file(file, data))
    print_problems(policy.warnings, err)
    if as_json:
        emit_json(_as_json(policy))
        return
    console.print(f"{policy.file}, version {policy.version}", highlight=False, markup=False, soft_wrap=True)
    console.print(_table(policy))
    console.print(_required(policy), highlight=False, soft_wrap=True)
    console.print(_BUILT_IN, highlight=False, soft_wrap=True)


def _table(policy: Policy) -> Table:
    table = Table("rule", "where, for", "decides", "because", show_lines=True)
    for rule in policy.rules:
        name = Text.assemble((rule.name, "bold"), ("\nshadow", "yellow") if rule.mode is Mode.SHADOW else "")
        where = Text.assemble((f"{_ASKED_FOR[rule.binding]}:\n", "dim"), rule.when.strip())
        table.add_row(name, where, _decides(rule), Text(rule.reason))
    return table


def _decides(rule: Rule) -> Text:
    orders = "".join(f"\n+ {_IN_WORDS[action]}" for action in rule.actions)
    return Text.assemble((rule.decision.value, "bold"), orders)


def _required(policy: Policy) -> Text:
    if not policy.required:
        return Text("Nothing is required: the server starts whatever detectors and lists there are.")
    needs = "; ".join(f"{key} needs {', '.join(names)}" for key, names in policy.required.items())
    return Text(f"The server does not start unless: {needs}.")


def _as_json(policy: Policy) -> dict[str, Any]:
    return {
        "file": policy.file,
        "version": policy.version,
        "required": {key: list(names) for key, names in policy.required.items()},
        "rules": [
            {
                "name": rule.name,
                "asked_for": rule.binding,
                "when": rule.when,
                "decision": rule.decision,
                "actions": list(rule.actions),
                "mode": rule.mode,
                "reason": rule.reason,
                "line": rule.line,
            }
            for rule in policy.rules
        ],
    }
