"""The types that parts of a condition have."""

from dataclasses import dataclass

from doorward.policy.vocabulary import Base


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a part; `item` is that of a list's items."""

    name: str
    item: "Kind | None" = None

    def __str__(self) -> str:
        return f"list of {self.item}" if self.item else self.name

    @property
    def phrase(self) -> str:
        """With its article, for messages."""
        return f"an {self}" if self.name[0] in "aeiou" else f"a {self}"


BOOL, INT, DOUBLE, STRING = (Kind(name) for name in ("bool", "int", "double", "string"))
ANY = Kind("any")  # of a part that was complained about already, so that it is not done twice
NUMBERS = (INT, DOUBLE)
OF_BASE = {Base.BOOL: BOOL, Base.INT: INT, Base.DOUBLE: DOUBLE, Base.STRING: STRING}


def list_of(item: Kind) -> Kind:
    """The type of a list."""
    return Kind("list", item)


def of_literal(text: str) -> Kind:
    """The type of a constant, by how it is written."""
    if text in ("true", "false"):
        return BOOL
    if text.lstrip("rR")[:1] in ("'", '"'):
        return STRING
    hexadecimal = text.lstrip("-").startswith("0x")
    return DOUBLE if not hexadecimal and any(sign in text for sign in ".eE") else INT


def comparable(left: Kind, right: Kind) -> bool:
    """Whether the two can be compared. Not 1 and 1.0: implementations of CEL differ about these."""
    return left == right or ANY in (left, right)
