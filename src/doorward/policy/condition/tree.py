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


_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/%", 5),
}
_TERNARY, _UNARY, _MEMBER = 0, 6, 7


def text_of(node: Node, least: int = _TERNARY) -> str:
    """`node` written out as CEL; in brackets where it binds less than `least`."""
    text, binds = _text_and_precedence(node)
    return text if binds >= least else f"({text})"


def _text_and_precedence(node: Node) -> tuple[str, int]:
    match node:
        case Literal(text=text):
            return text, _UNARY if text.startswith("-") else _MEMBER
        case Name(name=name):
            return name, _MEMBER
        case Access(target=target, name=name):
            return f"{text_of(target, _MEMBER)}.{name}", _MEMBER
        case Listing(items=items):
            return f"[{_list_of(items)}]", _MEMBER
        case Call(function=function, target=target, arguments=arguments):
            before = "" if target is None else f"{text_of(target, _MEMBER)}."
            return f"{before}{function}({_list_of(arguments)})", _MEMBER
        case Unary(operator="-", operand=Literal(text=text)):
            return f"-({text})", _UNARY  # `-1` would be read as a constant of its own
        case Unary(operator=operator, operand=operand):
            return f"{operator}{text_of(operand, _MEMBER)}", _UNARY
        case Binary(operator=operator, left=left, right=right):
            binds = _PRECEDENCE[operator]
            return f"{text_of(left, binds)} {operator} {text_of(right, binds + 1)}", binds
        case Conditional(test=test, yes=yes, no=no):
            parts = f"{text_of(test, _TERNARY + 1)} ? {text_of(yes, _TERNARY + 1)} : {text_of(no)}"
            return parts, _TERNARY
    raise TypeError(f"not a node of a condition: {node!r}")


def _list_of(nodes: tuple[Node, ...]) -> str:
    return ", ".join(text_of(node) for node in nodes)
