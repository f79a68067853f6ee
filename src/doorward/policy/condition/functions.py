"""The functions a condition may call."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Function:
    """A function with its way of writing it, for the checker and the printed reference."""

    name: str
    form: str
    gives: str
    meaning: str


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for function in (
            Function("startsWith", "text.startsWith(text)", "bool", "Whether the text begins so."),
            Function("endsWith", "text.endsWith(text)", "bool", "Whether the text ends so."),
            Function("contains", "text.contains(text)", "bool", "Whether the text holds the other."),
            Function(
                "matches",
                'text.matches("regular expression")',
                "bool",
                "Whether the expression is found anywhere in the text; it must be a constant.",
            ),
            Function("size", "size(text or list)", "int", "Number of characters, or of items."),
        )
    }
)
