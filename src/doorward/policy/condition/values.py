"""Constants against fields: values that a field never has, and arithmetic that cannot work."""

import re
from collections.abc import Iterator, Mapping

from doorward.policy.condition.complaints import Complaint, did_you_mean, nearest
from doorward.policy.condition.constants import constant
from doorward.policy.condition.tree import Access, Binary, Listing, Name, Node, Place, text_of
from doorward.policy.problems import Severity
from doorward.policy.vocabulary import VOCABULARY, Base, Field

# "source.name" -> the names known here; another one is doubtful, not wrong.
KnownNames = Mapping[str, frozenset[str]]


def field_of(node: Node) -> Field | None:
    """The field that `node` reads, if it is nothing but a field."""
    if isinstance(node, Access) and isinstance(node.target, Name) and node.target.name in VOCABULARY:
        return VOCABULARY[node.target.name].fields.get(node.name)
    return None


def impossible(node: Binary, known: KnownNames) -> Iterator[Complaint]:
    """Complaints about texts that a field is compared with for equality and can never have."""
    if node.operator not in ("==", "!=", "in"):
        return
    pairs = [(node.left, node.right)]
    if node.operator == "in" and isinstance(node.right, Listing):
        pairs = [(node.left, item) for item in node.right.items]
    elif node.operator != "in":
        pairs.append((node.right, node.left))
    for left, right in pairs:
        field, value = field_of(left), constant(right)
        if field is not None and value is not None and isinstance(value.value, str):
            yield from _text(field, text_of(left), value.value, right.place, known)


def _text(field: Field, name: str, value: str, place: Place, known: KnownNames) -> Iterator[Complaint]:
    if field.members and value not in field.members:
        hint = did_you_mean(value, field.members, f"`{name}` is one of {field.values}")
        yield Complaint(place, f'`{name}` is never "{value}": there is no such {_noun(field.name)}', hint)
    elif field.pattern and not re.fullmatch(field.pattern, value):
        yield Complaint(place, f'`{name}` is never "{value}"', f"it is {field.shape}")
    elif name in known and value and value not in known[name]:
        close = nearest(value, known[name])
        hint = f"did you mean `{close}`?" if close else f"known here: {', '.join(sorted(known[name]))}"
        message = f'`{name}` is compared with "{value}", which is not known here'
        yield Complaint(place, message, hint, Severity.WARNING)


def _noun(field: str) -> str:
    return {"retry": "value", "kind": "kind", "visibility": "visibility"}.get(field, field)


def arithmetic_faults(node: Binary) -> list[Complaint]:
    """Complaints about arithmetic that fails always, or for some value of a field."""
    whole = constant(node)
    if whole is not None and whole.error:
        return [_unusable(node, whole.error)]
    if node.operator not in ("/", "%"):
        return []
    divisor = constant(node.right)
    if divisor is not None:
        return [_unusable(node, "it divides by zero")] if divisor.value == 0 else []
    if _may_be_zero(field_of(node.right)):
        message = f"`{text_of(node.right)}` may be zero: the rule then cannot be evaluated, and holds"
        hint = (
            f"multiply instead: `a / b > c` is `a > c * b`, or ask for `{text_of(node.right)} != 0 &&` first"
        )
        return [Complaint(node.right.place, message, hint, Severity.WARNING)]
    return []


def _unusable(node: Binary, why: str) -> Complaint:
    message = f"`{text_of(node)}` can never be evaluated: {why}"
    return Complaint(node.place, message, "mend the arithmetic; a rule that fails holds every subject")


def _may_be_zero(field: Field | None) -> bool:
    if field is None or field.base not in (Base.INT, Base.DOUBLE):
        return False
    return (field.low is None or field.low <= 0) and (field.high is None or field.high >= 0)
