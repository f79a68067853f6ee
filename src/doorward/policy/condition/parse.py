"""From the text of a condition to its syntax tree."""

from celpy.celparser import CELParseError, CELParser
from lark import Token, Tree
from lark.exceptions import UnexpectedToken

from doorward.policy.condition.complaints import Complaint, ConditionError
from doorward.policy.condition.tree import (
    START,
    Access,
    Binary,
    Call,
    Conditional,
    Listing,
    Literal,
    Name,
    Node,
    Place,
    Unary,
)

# Both keep a file from exhausting the stack of the running library's own parser.
LONGEST = 4_000
DEEPEST = 60

_OPERATORS = {
    "relation_lt": "<",
    "relation_le": "<=",
    "relation_gt": ">",
    "relation_ge": ">=",
    "relation_eq": "==",
    "relation_ne": "!=",
    "relation_in": "in",
    "addition_add": "+",
    "addition_sub": "-",
    "multiplication_mul": "*",
    "multiplication_div": "/",
    "multiplication_mod": "%",
    "unary_not": "!",
    "unary_neg": "-",
}
_OUTSIDE = {
    "member_index": "an index (`x[…]`)",
    "member_object": "a message (`x{…}`)",
    "map_lit": "a map (`{…}`)",
    "dot_ident": "a name that begins with a dot",
    "dot_ident_arg": "a name that begins with a dot",
}
_OUTSIDE_LITERALS = {"UINT_LIT": "an unsigned number", "BYTES_LIT": "a text of bytes", "NULL_LIT": "`null`"}

ALLOWED = (
    "a condition may use the fields of subject, finding, source and not_assessed; constants and lists "
    "of them; == != < <= > >= in && || ! ?: + - * / %; startsWith endsWith contains matches size"
)

# What people write by habit from elsewhere, and how CEL writes it.
_SLIPS = {
    "=": "compare with `==`",
    "and ": "`and` is written `&&`",
    "or ": "`or` is written `||`",
    "not ": "`not` is written `!`",
    "&": "`and` is written `&&`",
    "|": "`or` is written `||`",
    ")": "a bracket is closed that was not opened",
    "“": 'texts stand in straight quotes: "…"',
    "‘": "texts stand in straight quotes: '…'",
}


def parse(text: str) -> Node:
    """The tree of `text`. Raises `ConditionError` where it is no CEL, or not of the allowed part."""
    if not text.strip():
        raise _error(START, "the condition is empty", "write `true` for a rule about every subject")
    if len(text) > LONGEST:
        raise _error(
            START, f"the condition has more than {LONGEST} characters", "split it into several rules"
        )
    if text.count("(") + text.count("[") > LONGEST // 4 or _bracket_depth(text) > DEEPEST:
        raise _too_deep(START)
    try:
        tree = CELParser().parse(text)
    except CELParseError as error:
        raise _syntax_error(text, error) from error
    return _convert(tree, START, 0)


def _convert(tree: Tree[Token], place: Place, depth: int) -> Node:
    """The node of `tree`; a chain of rules with one child each is one node."""
    while len(tree.children) == 1 and isinstance(tree.children[0], Tree) and tree.data not in _ONE_CHILD:
        place = _place(tree, place)
        tree = tree.children[0]
    place = _place(tree, place)
    if depth > DEEPEST:
        raise _too_deep(place)
    if tree.data in _OUTSIDE:
        raise _error(place, f"{_OUTSIDE[tree.data]} is outside the language of policies", ALLOWED)
    return _CONVERTERS[tree.data](tree, place, depth + 1)


def _literal(tree: Tree[Token], place: Place, _depth: int) -> Node:
    token = tree.children[0]
    if token.type in _OUTSIDE_LITERALS:
        what = _OUTSIDE_LITERALS[token.type]
        raise _error(place, f"{what} is outside the language of policies", ALLOWED)
    return Literal(str(token), place)


def _listing(tree: Tree[Token], place: Place, depth: int) -> Node:
    return Listing(_arguments(tree.children, place, depth), place)


def _conditional(tree: Tree[Token], place: Place, depth: int) -> Node:
    test, yes, no = (_convert(child, place, depth) for child in tree.children)
    return Conditional(test, yes, no, place)


def _logical(tree: Tree[Token], place: Place, depth: int) -> Node:
    left, right = (_convert(child, place, depth) for child in tree.children)
    return Binary("||" if tree.data == "conditionalor" else "&&", left, right, place)


def _operation(tree: Tree[Token], place: Place, depth: int) -> Node:
    """The first child holds the operator, and with it the left side of a binary one."""
    head, right = tree.children
    operator = _OPERATORS[head.data]
    if tree.data == "unary":
        return Unary(operator, _convert(right, place, depth), place)
    return Binary(operator, _convert(head.children[0], place, depth), _convert(right, place, depth), place)


def _access(tree: Tree[Token], place: Place, depth: int) -> Node:
    return Access(_convert(tree.children[0], place, depth), str(tree.children[1]), place)


def _method(tree: Tree[Token], place: Place, depth: int) -> Node:
    target, name, *rest = tree.children
    arguments = _arguments(rest, place, depth)
    return Call(str(name), _convert(target, place, depth), arguments, place)


def _call(tree: Tree[Token], place: Place, depth: int) -> Node:
    name, *rest = tree.children
    return Call(str(name), None, _arguments(rest, place, depth), place)


def _arguments(rest: list[Tree[Token]], place: Place, depth: int) -> tuple[Node, ...]:
    items = rest[0].children if rest else ()
    return tuple(_convert(item, place, depth) for item in items)


_CONVERTERS = {
    "literal": _literal,
    "ident": lambda tree, place, _depth: Name(str(tree.children[0]), place),
    "list_lit": _listing,
    "expr": _conditional,
    "conditionalor": _logical,
    "conditionaland": _logical,
    "relation": _operation,
    "addition": _operation,
    "multiplication": _operation,
    "unary": _operation,
    "member_dot": _access,
    "member_dot_arg": _method,
    "ident_arg": _call,
}
_ONE_CHILD = frozenset({"list_lit", *_OUTSIDE})


def _place(tree: Tree[Token], otherwise: Place) -> Place:
    """Where `tree` begins; the library forgets the place of `true` and `false`."""
    known = not tree.meta.empty and tree.meta.line is not None
    return Place(tree.meta.line, tree.meta.column) if known else otherwise


def _bracket_depth(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _syntax_error(text: str, error: CELParseError) -> ConditionError:
    place = Place(max(error.line or 1, 1), max(error.column or 1, 1))
    ended = isinstance(error.__context__, UnexpectedToken) and error.__context__.token.type == "$END"
    lines = text.split("\n")
    rest = lines[place.line - 1][place.column - 1 :].strip() if place.line <= len(lines) else ""
    if ended or not rest:
        return _error(place, "the condition ends before it is complete", "close its brackets and comparisons")
    hint = next((hint for start, hint in _SLIPS.items() if rest.startswith(start)), ALLOWED)
    return _error(place, f"the condition cannot be read from `{rest[:40]}` on", hint)


def _too_deep(place: Place) -> ConditionError:
    return _error(
        place,
        f"the condition is nested more than {DEEPEST} deep",
        'write alternatives as a list (`finding.code in ["…", "…"]`), or split it into several rules',
    )


def _error(place: Place, message: str, hint: str) -> ConditionError:
    return ConditionError(Complaint(place, message, hint))
