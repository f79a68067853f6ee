"""The types of operators between two parts."""

from doorward.policy.condition.answers import Answer, refuse, short
from doorward.policy.condition.complaints import Complaint
from doorward.policy.condition.kinds import ANY, BOOL, INT, NUMBERS, STRING, Kind, comparable
from doorward.policy.condition.tree import Binary
from doorward.policy.condition.values import KnownNames, arithmetic_faults, impossible
from doorward.policy.problems import Severity

_LOGICAL = ("&&", "||")
_EQUALITY = ("==", "!=")
_ORDER = ("<", "<=", ">", ">=")
_SAME_NUMBERS = "use numbers of the same type: 1 is an int, 1.0 a double"


def binary(node: Binary, left: Kind, right: Kind, known: KnownNames) -> Answer:
    """The type of `node` between parts of the types `left` and `right`."""
    if node.operator in _LOGICAL:
        return _logical(node, left, right)
    if ANY in (left, right):
        return Answer(BOOL if node.operator in (*_EQUALITY, *_ORDER, "in") else ANY)
    if node.operator == "in":
        return _membership(node, left, right, known)
    if node.operator in (*_EQUALITY, *_ORDER):
        return _comparison(node, left, right, known)
    return _arithmetic(node, left, right)


def _logical(node: Binary, left: Kind, right: Kind) -> Answer:
    complaints = [
        Complaint(
            part.place,
            f"`{node.operator}` joins bools, and `{short(part)}` is {kind.phrase}",
            "compare it with something",
        )
        for part, kind in ((node.left, left), (node.right, right))
        if kind not in (BOOL, ANY)
    ]
    return Answer(BOOL, tuple(complaints))


def _membership(node: Binary, left: Kind, right: Kind, known: KnownNames) -> Answer:
    if right.item is None:
        hint = 'write a list, as in `in ["a", "b"]`; for a part of a text use `text.contains("a")`'
        return refuse(node, f"`in` needs a list on its right, not {right.phrase}", hint)
    if not comparable(left, right.item):
        message = f"`{short(node.left)}` is {left.phrase} and can never be in {right.phrase}"
        return refuse(node, message, f"write the list's items as {left}")
    return Answer(BOOL, tuple(impossible(node, known)))


def _comparison(node: Binary, left: Kind, right: Kind, known: KnownNames) -> Answer:
    unordered = left == BOOL or left.item is not None
    if comparable(left, right) and not (unordered and node.operator in _ORDER) and left.item is None:
        return Answer(BOOL, tuple(impossible(node, known)))
    if left == right:
        hint = "lists are asked with `in` and `size`" if left.item else "a bool is compared with `==` or `!=`"
    else:
        numbers = left in NUMBERS and right in NUMBERS
        hint = _SAME_NUMBERS if numbers else f"compare {left.phrase} with {left.phrase}"
    types = f"`{short(node.left)}` is {left.phrase} and `{short(node.right)}` {right.phrase}"
    return refuse(node, f"{types}: `{node.operator}` cannot compare them", hint)


def _arithmetic(node: Binary, left: Kind, right: Kind) -> Answer:
    joined = node.operator == "+" and left == STRING
    fits = left in NUMBERS and (node.operator != "%" or left == INT)
    if left != right or not (fits or joined):
        parts = f"the {left} `{short(node.left)}` and the {right} `{short(node.right)}`"
        return refuse(node, f"`{node.operator}` cannot join {parts}", _SAME_NUMBERS)
    faults = tuple(arithmetic_faults(node))
    fails = any(fault.severity is Severity.ERROR for fault in faults)
    return Answer(ANY if fails else left, faults)
