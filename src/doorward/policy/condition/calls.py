"""The types of calls of functions."""

from collections.abc import Sequence

from doorward.policy.condition.answers import Answer, refuse
from doorward.policy.condition.complaints import Complaint
from doorward.policy.condition.constants import constant, run
from doorward.policy.condition.functions import FUNCTIONS
from doorward.policy.condition.kinds import ANY, BOOL, INT, STRING, Kind
from doorward.policy.condition.names import unknown_function
from doorward.policy.condition.tree import Call, Node, text_of


def call(node: Call, operands: Sequence[Kind]) -> Answer:
    """The type of `node`; `operands` are those of its target and arguments."""
    if node.function not in FUNCTIONS:
        return unknown_function(node)
    return _size(node, operands) if node.function == "size" else _text_test(node, operands)


def _size(node: Call, operands: Sequence[Kind]) -> Answer:
    if len(operands) == 1 and (operands[0] in (STRING, ANY) or operands[0].item):
        return Answer(INT)
    return refuse(node, "`size` takes one text or list", f"write `{FUNCTIONS['size'].form}`")


def _text_test(node: Call, operands: Sequence[Kind]) -> Answer:
    texts = all(kind in (STRING, ANY) for kind in operands)
    if node.target is None or len(node.arguments) != 1 or not texts:
        form = FUNCTIONS[node.function].form
        return refuse(node, f"`{node.function}` compares two texts", f"write `{form}`")
    return Answer(BOOL, _pattern_complaints(node.arguments[0]) if node.function == "matches" else ())


def _pattern_complaints(node: Node) -> tuple[Complaint, ...]:
    """A regular expression must be there to be read, so that a wrong one is found before it is run."""
    if constant(node) is None:
        hint = "write it out in quotes"
        return (Complaint(node.place, "the regular expression is not a constant", hint),)
    if run(f'"".matches({text_of(node)})', {}).error:
        hint = "expressions have the syntax of RE2: no look-around, no back-references"
        return (Complaint(node.place, f"{text_of(node)} is not a regular expression", hint),)
    return ()
