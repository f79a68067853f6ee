"""The vocabulary of policies, from the table that the checker itself uses."""

from pieces import code, table

from doorward.policy.vocabulary import DETECTORS, VOCABULARY, Field, Variable


def policy_words() -> str:
    """A table of fields for each variable, and the detectors that `[required]` may name."""
    return "\n".join([*(_variable(one) for one in VOCABULARY.values()), _detectors()])


def _variable(variable: Variable) -> str:
    rows = [
        (code(f"{variable.name}.{field.name}"), code(field.base.value), _values(field), field.meaning)
        for field in variable.fields.values()
    ]
    head = ("field", "type", "values", "meaning")
    return f"### `{variable.name}`\n\n{variable.meaning}\n\n" + table(head, rows)


def _values(field: Field) -> str:
    if field.members:
        return ", ".join(code(f'"{member}"') for member in field.members)
    return field.values


def _detectors() -> str:
    rows = [(code(name), ", ".join(code(kind.value) for kind in kinds)) for name, kinds in DETECTORS.items()]
    return "### Detectors\n\n" + table(("name", "looks at"), ((name, kinds) for name, kinds in rows))
