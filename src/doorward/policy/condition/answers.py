"""What the type checker says of a part: its type, and what is wrong with it."""

from dataclasses import dataclass

from doorward.policy.condition.complaints import Complaint
from doorward.policy.condition.kinds import ANY, Kind
from doorward.policy.condition.tree import Node, text_of

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """The type of a part, and complaints about it (not about the parts within it)."""

    kind: Kind
    complaints: tuple[Complaint, ...] = ()


def refuse(node: Node, message: str, hint: str) -> Answer:
    """A part that is wrong and so is of no type."""
    return Answer(ANY, (Complaint(node.place, message, hint),))


def short(node: Node) -> str:
    """`node` as text, not too long for a message."""
    text = text_of(node)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
