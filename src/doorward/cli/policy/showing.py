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
    Binding.SUBJECT: "for the subject",
    Binding.FINDING: "for any finding",
    Binding.NOT_ASSESSED: "for any missing answer",
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
    console.print(_rules(policy))
    console.print(_required(policy), highlight=False, soft_wrap=True)
    console.print(_BUILT_IN, highlight=False, soft_wrap=True)


def _rules(policy: Policy) -> Table:
    """A block of lines for each rule; conditions are too long for a column of a table."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for rule in policy.rules:
        shadow = ("  shadow: recorded, decides nothing", "yellow") if rule.mode is Mode.SHADOW else ""
        grid.add_row()
        grid.add_row(Text("rule", style="dim"), Text.assemble((rule.name, "bold"), shadow))
        grid.add_row(Text("if", style="dim"), Text(f"{_ASKED_FOR[rule.binding]}: {rule.when.strip()}"))
        grid.add_row(Text("then", style="dim"), _decides(rule))
        grid.add_row(Text("because", style="dim"), Text(rule.reason))
    grid.add_row()
    return grid


def _decides(rule: Rule) -> Text:
    orders = "".join(f", {_IN_WORDS[action]}" for action in rule.actions)
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
