"""`doorward policy vocabulary`"""

from typing import Any

from rich.table import Table
from rich.text import Text

from doorward.cli.common import JsonOption, console, emit_json
from doorward.policy.condition.functions import FUNCTIONS
from doorward.policy.vocabulary import DETECTORS, VOCABULARY, Field, Variable


def vocabulary(as_json: JsonOption = False) -> None:
    """Show what a condition may use: variables, fields, types, values and functions."""
    if as_json:
        emit_json(structure())
        return
    for variable in VOCABULARY.values():
        console.print(Text.assemble((f"\n{variable.name}", "bold"), f": {variable.meaning}"))
        console.print(_fields(variable))
    console.print(Text("\nFunctions", style="bold"))
    functions = Table("form", "gives", "meaning")
    for function in FUNCTIONS.values():
        functions.add_row(Text(function.form), function.gives, Text(function.meaning))
    console.print(functions)
    console.print(
        "\nAnd constants, lists, == != < <= > >= in && || ! ?: + - * / %", highlight=False, markup=False
    )


def structure() -> dict[str, Any]:
    """The vocabulary as data."""
    return {
        "variables": {
            variable.name: {
                "meaning": variable.meaning,
                "fields": {field.name: _field(field) for field in variable.fields.values()},
            }
            for variable in VOCABULARY.values()
        },
        "functions": {
            function.name: {"form": function.form, "gives": function.gives, "meaning": function.meaning}
            for function in FUNCTIONS.values()
        },
        "detectors": {name: sorted(kinds) for name, kinds in DETECTORS.items()},
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "type": field.base,
        "values": list(field.members) or field.values,
        "unknown": field.neutral,
        "meaning": field.meaning,
    }


def _fields(variable: Variable) -> Table:
    table = Table()
    table.add_column("field", no_wrap=True)
    for heading in ("type", "values", "meaning"):
        table.add_column(heading)
    for field in variable.fields.values():
        values, meaning = Text(field.values), Text(field.meaning)
        table.add_row(Text(f"{variable.name}.{field.name}"), field.base.value, values, meaning)
    return table
