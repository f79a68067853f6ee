"""Names that do not exist, and what was probably meant."""

from collections.abc import Mapping

from doorward.policy.condition.answers import Answer, refuse
from doorward.policy.condition.complaints import did_you_mean
from doorward.policy.condition.functions import FUNCTIONS
from doorward.policy.condition.tree import Access, Call, Name
from doorward.policy.vocabulary import VOCABULARY, Variable

# Names people try first, and where the thing is.
_ELSEWHERE: Mapping[str, str] = {
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


def lone_name(node: Name) -> Answer:
    """A word that stands alone: no variable, or one without its field."""
    if node.name in VOCABULARY:
        example = next(iter(VOCABULARY[node.name].fields))
        hint = f"name one of its fields, as in `{node.name}.{example}`"
        return refuse(node, f"`{node.name}` stands alone", hint)
    hint = did_you_mean(node.name, VOCABULARY, f"variables are {', '.join(VOCABULARY)}")
    return refuse(node, f"there is no variable `{node.name}`", _ELSEWHERE.get(node.name, hint))


def unknown_field(node: Access, variable: Variable) -> Answer:
    """A field that `variable` does not have."""
    hint = did_you_mean(node.name, variable.fields, f"its fields are {', '.join(variable.fields)}")
    hint = _ELSEWHERE.get(f"{variable.name}.{node.name}", hint)
    return refuse(node, f"`{variable.name}` has no field `{node.name}`", hint)


def unknown_function(node: Call) -> Answer:
    """A function that conditions do not have."""
    hint = did_you_mean(node.function, FUNCTIONS, f"functions are {', '.join(FUNCTIONS)}")
    return refuse(node, f"there is no function `{node.function}`", _ELSEWHERE.get(node.function, hint))
