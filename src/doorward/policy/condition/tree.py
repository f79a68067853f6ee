"""The syntax tree of a condition, reduced to the part of CEL that policies may use."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column within the condition, both from 1."""

    line: int
    column: int


START = Place(1, 1)


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant as written: `"csam_known"`, `20`, `0.9`, `true`."""

    text: str
    place: Place = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A word that stands alone: one of the variables."""

    name: str
    place: Place = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Access:
    """A field of something: `finding.code`."""

    target: "Node"
    name: str
    place: Place = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list written out: `["md5", "sha1"]`."""

    items: tuple["Node", ...]
    place: Place = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function: `size(x)`, or as a method `x.size()` with `target`."""

    function: str
    target: "Node | None"
    arguments: tuple["Node", ...]
    place: Place = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`!x` or `-x`."""

    operator: str
    operand: "Node"
    place: Place = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`: `&&`, `||`, a comparison, `in`, or arithmetic."""

    operator: str
    left: "Node"
    right: "Node"
    place: Place = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Conditional:
    """`test ? yes : no`"""

    test: "Node"
    yes: "Node"
    no: "Node"
    place: Place = field(default=START, compare=False)


Node = Literal | Name | Access | Listing | Call | Unary | Binary | Conditional


def children(node: Node) -> tuple[Node, ...]:
    """The parts of `node`, from left to right."""
    match node:
        case Literal() | Name():
            return ()
        case Access(target=target):
            return (target,)
        case Listing(items=items):
            return items
        case Call(target=None, arguments=arguments):
            return arguments
        case Call(target=target, arguments=arguments) if target is not None:
            return (target, *arguments)
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Conditional(test=test, yes=yes, no=no):
            return (test, yes, no)
    raise TypeError(f"not a node of a condition: {node!r}")


def fields_of(node: Node) -> frozenset[tuple[str, str]]:
    """Every `variable.field` that `node` reads."""
    if isinstance(node, Access) and isinstance(node.target, Name):
        return frozenset({(node.target.name, node.name)})
    return frozenset().union(*(fields_of(child) for child in children(node)))


def text_of(node: Node) -> str:
    """`node` written out as CEL, bracketed so that it means the same wherever it stands."""
    match node:
        case Literal(text=text) | Name(name=text):
            return text
        case Access(target=target, name=name):
            return f"{text_of(target)}.{name}"
        case Listing(items=items):
            return f"[{_list_of(items)}]"
        case Call(function=function, target=None, arguments=arguments):
            return f"{function}({_list_of(arguments)})"
        case Call(function=function, target=target, arguments=arguments) if target is not None:
            return f"{text_of(target)}.{function}({_list_of(arguments)})"
        case Unary(operator=operator, operand=operand):
            return f"{operator}({text_of(operand)})"
        case Binary(operator=operator, left=left, right=right):
            return f"({text_of(left)} {operator} {text_of(right)})"
        case Conditional(test=test, yes=yes, no=no):
            return f"({text_of(test)} ? {text_of(yes)} : {text_of(no)})"
    raise TypeError(f"not a node of a condition: {node!r}")


def _list_of(nodes: tuple[Node, ...]) -> str:
    return ", ".join(text_of(node) for node in nodes)
