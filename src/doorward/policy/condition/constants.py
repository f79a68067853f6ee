"""The value of a part without fields, by the library that will run the whole condition."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cel

from doorward.policy.condition.tree import Node, fields_of, text_of


@dataclass(frozen=True, slots=True)
class Constant:
    """What a constant part evaluates to; `error` in words where it cannot be evaluated."""

    value: Any = None
    error: str | None = None


@lru_cache(maxsize=4096)  # a proof asks for the same few constants hundreds of times
def constant(node: Node) -> Constant | None:
    """The value of `node`, or `None` where it depends on a field."""
    return None if fields_of(node) else run(text_of(node), {})


def run(text: str, variables: dict[str, Any]) -> Constant:
    """The value of `text`; whatever goes wrong is said in words."""
    try:
        return Constant(cel.compile(text).execute(cel.Context(variables=variables)))
    except Exception as error:  # the library raises a type for each kind of fault
        return Constant(error=words_of(error))


def words_of(error: BaseException) -> str:
    """An evaluation error for people."""
    match error:
        case ZeroDivisionError():
            return "it divides by zero"
        case OverflowError():
            return "a number leaves the range of 64 bits"
        case KeyError():
            return f"there is no field {error}"
    return " ".join(str(error).split())[:200] or type(error).__name__
