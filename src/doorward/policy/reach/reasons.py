"""Why a condition can never be true: the smallest part of it that cannot."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from doorward.policy.condition.tree import Binary, Node, fields_of
from doorward.policy.reach.search import possible
from doorward.policy.vocabulary import VOCABULARY

_MOST_PARTS = 12


def parts_of(node: Node, operator: str) -> Iterator[Node]:
    """What `operator` joins at the top of `node`, from left to right."""
    if isinstance(node, Binary) and node.operator == operator:
        yield from parts_of(node.left, operator)
        yield from parts_of(node.right, operator)
    else:
        yield node


def culprits(node: Node) -> Sequence[Node]:
    """One, two or three parts of `node` that exclude each other; all of `node` where it takes more."""
    parts = list(parts_of(node, "&&"))
    if len(parts) <= _MOST_PARTS:
        for size in (1, 2, 3):
            for group in combinations(parts, size):
                if possible(*group) is False:
                    return group
    return [node]


def ranges_in(nodes: Sequence[Node]) -> str:
    """What the fields of `nodes` can be, for a hint."""
    keys = sorted(frozenset[tuple[str, str]]().union(*(fields_of(node) for node in nodes)))
    fields = [(f"{variable}.{name}", VOCABULARY[variable].fields[name]) for variable, name in keys]
    return "; ".join(f"`{name}` is {field.values} ({field.meaning.rstrip('.')})" for name, field in fields)
