"""The type checker of conditions: unknown names, and operands that do not fit."""

from dataclasses import dataclass, field

from doorward.policy.condition.answers import Answer, refuse, short
from doorward.policy.condition.calls import call
from doorward.policy.condition.complaints import Complaint
from doorward.policy.condition.constants import run
from doorward.policy.condition.kinds import ANY, BOOL, NUMBERS, OF_BASE, STRING, Kind, list_of, of_literal
from doorward.policy.condition.names import lone_name, unknown_field
from doorward.policy.condition.operations import binary
from doorward.policy.condition.tree import (
    Access,
    Binary,
    Call,
    Conditional,
    Listing,
    Literal,
    Name,
    Node,
    Unary,
    children,
)
from doorward.policy.condition.values import KnownNames
from doorward.policy.vocabulary import VOCABULARY


@dataclass(slots=True)
class TypeChecker:
    """Walks a condition once and gathers complaints."""

    known: KnownNames = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)

    def check(self, node: Node) -> None:
        """A whole condition: it must answer yes or no."""
        kind = self.kind_of(node)
        if kind not in (BOOL, ANY):
            example = '== "…"' if kind == STRING else "> 0"
            message = f"the condition `{short(node)}` is of type {kind}, not true or false"
            hint = f"compare it with something, as in `{short(node)} {example}`"
            self.complaints.append(Complaint(node.place, message, hint))

    def kind_of(self, node: Node) -> Kind:
        """The type of `node`, complaining about whatever does not fit inside it."""
        answer = self._answer(node)
        self.complaints += answer.complaints
        return answer.kind

    def _answer(self, node: Node) -> Answer:
        match node:
            case Literal():
                return _literal(node)
            case Name():
                return lone_name(node)
            case Access(target=Name() as variable):
                return _field(node, variable)
        kinds = [self.kind_of(child) for child in children(node)]
        match node:
            case Access():
                return _no_field(node, kinds[0])
            case Listing():
                return _listing(node, kinds)
            case Call():
                return call(node, kinds)
            case Unary():
                return _unary(node, kinds[0])
            case Binary():
                return binary(node, kinds[0], kinds[1], self.known)
            case Conditional():
                return _conditional(node, kinds)


def _literal(node: Literal) -> Answer:
    if run(node.text, {}).error:
        hint = "whole numbers have 64 bits; texts know the escapes of CEL (write r'…' for none)"
        return refuse(node, f"the constant `{node.text}` cannot be read", hint)
    return Answer(of_literal(node.text))


def _field(node: Access, name: Name) -> Answer:
    variable = VOCABULARY.get(name.name)
    if variable is None:
        return lone_name(name)
    if node.name not in variable.fields:
        return unknown_field(node, variable)
    return Answer(OF_BASE[variable.fields[node.name].base])


def _no_field(node: Access, kind: Kind) -> Answer:
    hint = "only subject, finding, source and not_assessed have fields"
    return refuse(node, f"`{short(node.target)}` is {kind.phrase} and has no field", hint)


def _listing(node: Listing, kinds: list[Kind]) -> Answer:
    first = next((kind for kind in kinds if kind != ANY), ANY)
    for item, kind in zip(node.items, kinds, strict=True):
        if kind not in (first, ANY):
            message = f"{list_of(first).phrase} holds the {kind} `{short(item)}`"
            return refuse(item, message, "give all of them the same type")
    return Answer(list_of(first))


def _unary(node: Unary, kind: Kind) -> Answer:
    fits = kind == BOOL if node.operator == "!" else kind in NUMBERS
    if fits or kind == ANY:
        return Answer(kind)
    wanted = "a bool" if node.operator == "!" else "a number"
    message = f"`{node.operator}` takes {wanted}, not the {kind} `{short(node.operand)}`"
    return refuse(node, message, f"put brackets around the comparison, as in `{node.operator}(…)`")


def _conditional(node: Conditional, kinds: list[Kind]) -> Answer:
    test, yes, no = kinds
    if test not in (BOOL, ANY):
        message = f"`{short(node.test)}` before `?` is {test.phrase}, not a bool"
        return refuse(node, message, "compare it with something")
    if yes != no and ANY not in (yes, no):
        message = f"`?:` has {yes.phrase} and {no.phrase}"
        return refuse(node, message, "give both branches the same type")
    return Answer(no if yes == ANY else yes)
