"""The type checker of conditions: unknown names, and operands that do not fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from doorward.policy.condition import values
from doorward.policy.condition.complaints import Complaint, did_you_mean
from doorward.policy.condition.constants import constant, run
from doorward.policy.condition.functions import FUNCTIONS
from doorward.policy.condition.kinds import (
    ANY,
    BOOL,
    INT,
    NUMBERS,
    OF_BASE,
    STRING,
    Kind,
    comparable,
    list_of,
    of_literal,
)
from doorward.policy.condition.tree import (
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
    text_of,
)
from doorward.policy.vocabulary import VOCABULARY

# Names people try first, and where the thing is.
ELSEWHERE: Mapping[str, str] = {
    "list": "the list behind a finding is `source` (`list` is a type in CEL)",
    "finding.list": "the list's name is `source.name`",
    "finding.list_name": "the list's name is `source.name`",
    "finding.list_version": "the list's version is `source.version`",
    "finding.distance_bits": "it is called `finding.distance`",
    "finding.radius_bits": "it is called `finding.radius`",
    "finding.explanation": "explanations are for people; conditions use the other fields",
    "not_assessed.list_name": "it is called `not_assessed.list`",
    "not_assessed.reason": "reasons are for people; conditions tell cases apart by `not_assessed.cause`",
    "null": "nothing is ever null: `doorward policy vocabulary` shows the value of what is not known",
    "has": "every field has a value: `doorward policy vocabulary` shows the one of what is not known",
}


@dataclass(slots=True)
class TypeChecker:
    """Walks a condition once and gathers complaints."""

    known: values.KnownNames = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)

    def check(self, node: Node) -> None:
        """A whole condition: it must answer yes or no."""
        kind = self.kind_of(node)
        if kind not in (BOOL, ANY):
            example = '== "…"' if kind == STRING else "> 0"
            self._complain(
                node.place,
                f"the condition `{_short(node)}` is of type {kind}, not true or false",
                f"compare it with something, as in `{_short(node)} {example}`",
            )

    def kind_of(self, node: Node) -> Kind:
        """The type of `node`, complaining about whatever does not fit inside it."""
        match node:
            case Literal():
                return self._literal(node)
            case Name():
                return self._name(node)
            case Access():
                return self._access(node)
            case Listing():
                return self._listing(node)
            case Call():
                return self._call(node)
            case Unary():
                return self._unary(node)
            case Binary():
                return self._binary(node)
            case Conditional():
                return self._conditional(node)

    def _literal(self, node: Literal) -> Kind:
        if run(node.text, {}).error:
            hint = "whole numbers have 64 bits; texts know the escapes of CEL (write r'…' for none)"
            return self._refuse(node, f"the constant `{node.text}` cannot be read", hint)
        return of_literal(node.text)

    def _name(self, node: Name) -> Kind:
        if node.name in VOCABULARY:
            example = next(iter(VOCABULARY[node.name].fields))
            hint = f"name one of its fields, as in `{node.name}.{example}`"
            return self._refuse(node, f"`{node.name}` stands alone", hint)
        hint = did_you_mean(node.name, VOCABULARY, f"variables are {', '.join(VOCABULARY)}")
        return self._refuse(node, f"there is no variable `{node.name}`", ELSEWHERE.get(node.name, hint))

    def _access(self, node: Access) -> Kind:
        if not isinstance(node.target, Name):
            kind = self.kind_of(node.target)
            hint = "only subject, finding, source and not_assessed have fields"
            return self._refuse(node, f"`{_short(node.target)}` is {kind.phrase} and has no field", hint)
        variable = VOCABULARY.get(node.target.name)
        if variable is None:
            return self._name(node.target)
        if node.name in variable.fields:
            return OF_BASE[variable.fields[node.name].base]
        full = f"{variable.name}.{node.name}"
        hint = did_you_mean(node.name, variable.fields, f"its fields are {', '.join(variable.fields)}")
        message = f"`{variable.name}` has no field `{node.name}`"
        return self._refuse(node, message, ELSEWHERE.get(full, hint))

    def _listing(self, node: Listing) -> Kind:
        kinds = [self.kind_of(item) for item in node.items]
        first = next((kind for kind in kinds if kind != ANY), ANY)
        for item, kind in zip(node.items, kinds, strict=True):
            if kind not in (first, ANY):
                hint = "give all of them the same type"
                return self._refuse(item, f"{list_of(first).phrase} holds the {kind} `{_short(item)}`", hint)
        return list_of(first)

    def _call(self, node: Call) -> Kind:
        if node.function not in FUNCTIONS:
            hint = did_you_mean(node.function, FUNCTIONS, f"functions are {', '.join(FUNCTIONS)}")
            message = f"there is no function `{node.function}`"
            return self._refuse(node, message, ELSEWHERE.get(node.function, hint))
        return self._size(node) if node.function == "size" else self._text_test(node)

    def _size(self, node: Call) -> Kind:
        operands = (*((node.target,) if node.target else ()), *node.arguments)
        kinds = [self.kind_of(operand) for operand in operands]
        if len(kinds) != 1 or not (kinds[0] in (STRING, ANY) or kinds[0].item):
            return self._refuse(node, "`size` takes one text or list", f"write `{FUNCTIONS['size'].form}`")
        return INT

    def _text_test(self, node: Call) -> Kind:
        form = FUNCTIONS[node.function].form
        operands = (*((node.target,) if node.target else ()), *node.arguments)
        kinds = [self.kind_of(operand) for operand in operands]
        if (
            node.target is None
            or len(node.arguments) != 1
            or any(kind not in (STRING, ANY) for kind in kinds)
        ):
            return self._refuse(node, f"`{node.function}` compares two texts", f"write `{form}`")
        if node.function == "matches":
            self._expression(node.arguments[0])
        return BOOL

    def _expression(self, node: Node) -> None:
        """A regular expression must be there to be read, so that a wrong one is found before it is run."""
        pattern = constant(node)
        if pattern is None:
            self._complain(node.place, "the regular expression is not a constant", "write it out in quotes")
            return
        tried = run(f'"".matches({text_of(node)})', {})
        if tried.error:
            hint = "expressions have the syntax of RE2: no look-around, no back-references"
            self._complain(node.place, f"{text_of(node)} is not a regular expression", hint)

    def _unary(self, node: Unary) -> Kind:
        kind = self.kind_of(node.operand)
        fits = kind == BOOL if node.operator == "!" else kind in NUMBERS
        if fits or kind == ANY:
            return kind
        wanted = "a bool" if node.operator == "!" else "a number"
        hint = f"put brackets around the comparison, as in `{node.operator}(…)`"
        return self._refuse(
            node, f"`{node.operator}` takes {wanted}, not the {kind} `{_short(node.operand)}`", hint
        )

    def _conditional(self, node: Conditional) -> Kind:
        test, yes, no = (self.kind_of(part) for part in (node.test, node.yes, node.no))
        if test not in (BOOL, ANY):
            hint = "compare it with something"
            return self._refuse(node, f"`{_short(node.test)}` before `?` is {test.phrase}, not a bool", hint)
        if yes != no and ANY not in (yes, no):
            return self._refuse(
                node, f"`?:` has {yes.phrase} and {no.phrase}", "give both branches the same type"
            )
        return no if yes == ANY else yes

    def _binary(self, node: Binary) -> Kind:
        left, right = self.kind_of(node.left), self.kind_of(node.right)
        if node.operator in ("&&", "||"):
            return self._logical(node, left, right)
        if node.operator == "in":
            return self._membership(node, left, right)
        if node.operator in ("==", "!=", "<", "<=", ">", ">="):
            return self._comparison(node, left, right)
        return self._arithmetic(node, left, right)

    def _logical(self, node: Binary, left: Kind, right: Kind) -> Kind:
        for part, kind in ((node.left, left), (node.right, right)):
            if kind not in (BOOL, ANY):
                message = f"`{node.operator}` joins bools, and `{_short(part)}` is {kind.phrase}"
                self._complain(part.place, message, "compare it with something")
        return BOOL

    def _membership(self, node: Binary, left: Kind, right: Kind) -> Kind:
        if ANY in (left, right):
            return BOOL
        if right.item is None:
            hint = 'write a list, as in `in ["a", "b"]`; for a part of a text use `text.contains("a")`'
            return self._refuse(node, f"`in` needs a list on its right, not {right.phrase}", hint)
        if not comparable(left, right.item):
            message = f"`{_short(node.left)}` is {left.phrase} and can never be in {right.phrase}"
            return self._refuse(node, message, f"write the list's items as {left}")
        self.complaints += values.impossible(node, self.known)
        return BOOL

    def _comparison(self, node: Binary, left: Kind, right: Kind) -> Kind:
        if ANY in (left, right):
            return BOOL
        ordered = node.operator not in ("==", "!=")
        if not comparable(left, right) or left.item or (ordered and left == BOOL):
            message = f"`{_short(node.left)}` is {left.phrase} and `{_short(node.right)}` {right.phrase}"
            hint = (
                f"compare {left.phrase} with {left.phrase}"
                if left != right
                else f"`{node.operator}` does not order {left.phrase}"
            )
            return self._refuse(node, f"{message}: `{node.operator}` cannot compare them", hint)
        self.complaints += values.impossible(node, self.known)
        return BOOL

    def _arithmetic(self, node: Binary, left: Kind, right: Kind) -> Kind:
        if ANY in (left, right):
            return ANY
        joined = node.operator == "+" and left == STRING
        if left != right or not (left in NUMBERS or joined) or (node.operator == "%" and left != INT):
            parts = f"the {left} `{_short(node.left)}` and the {right} `{_short(node.right)}`"
            message = f"`{node.operator}` cannot join {parts}"
            hint = "use two numbers of the same type: 1 is an int, 1.0 a double"
            return self._refuse(node, message, hint)
        found = values.arithmetic_faults(node)
        self.complaints += found
        return ANY if found else left

    def _refuse(self, node: Node, message: str, hint: str) -> Kind:
        self._complain(node.place, message, hint)
        return ANY

    def _complain(self, place: Place, message: str, hint: str) -> None:
        self.complaints.append(Complaint(place, message, hint))


def _short(node: Node) -> str:
    """`node` as text, not too long for a message."""
    text = text_of(node)
    return text if len(text) <= 60 else f"{text[:59]}…"
