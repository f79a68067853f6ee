"""A proof that a rule cannot match must never be wrong; other things it may leave open."""

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.findings import Finding, NotAssessed
from doorward.policy import bindings
from doorward.policy.condition.parse import parse
from doorward.policy.condition.tree import fields_of
from doorward.policy.condition.typecheck import TypeChecker
from doorward.policy.reach.search import possible
from doorward.policy.reach.worlds import worlds_of
from doorward.policy.vocabulary import VOCABULARY
from support.conditions import bound, conditions, findings, missing


def holds(condition: str, finding: Finding) -> bool:
    try:
        return cel.compile(condition).execute(bound(finding)) is True
    except (ArithmeticError, TypeError):
        return False


@settings(max_examples=150, deadline=None)
@given(conditions, st.lists(findings, min_size=5, max_size=10))
def test_what_was_proved_impossible_never_happens(condition: str, seen: list[Finding]) -> None:
    if possible(parse(condition)) is False:
        assert not any(holds(condition, finding) for finding in seen)


@settings(max_examples=100, deadline=None)
@given(conditions, findings)
def test_random_conditions_are_within_the_allowed_language(condition: str, finding: Finding) -> None:
    checker = TypeChecker()
    checker.check(parse(condition))
    assert [c for c in checker.complaints if c.severity == "error"] == []


@settings(deadline=None)
@given(findings)
def test_a_bound_finding_has_every_field_within_its_range(finding: Finding) -> None:
    for variable, values in bound(finding).items():
        fields = VOCABULARY[variable].fields
        assert values.keys() == fields.keys()
        for name, value in values.items():
            field = fields[name]
            assert type(value).__name__ == {"string": "str", "double": "float"}.get(field.base, field.base)
            if field.finite is not None:
                assert value in field.finite


@settings(deadline=None)
@given(findings)
def test_a_bound_finding_is_one_of_the_cases_that_proofs_rely_on(finding: Finding) -> None:
    values = bound(finding)
    keys = [(variable, name) for variable in values for name in values[variable]]
    cases = worlds_of(keys)
    assert any(all(values[key[0]][key[1]] in allowed for key, allowed in case.items()) for case in cases)


@settings(deadline=None)
@given(missing)
def test_a_bound_missing_answer_has_every_field_within_its_range(item: NotAssessed) -> None:
    values = {name: read(item) for name, read in bindings.NOT_ASSESSED.items()}
    fields = VOCABULARY["not_assessed"].fields
    assert values.keys() == fields.keys()
    for name, value in values.items():
        members = fields[name].finite
        assert members is None or value in members


# --- What it must be able to prove --------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        "false",
        "1 > 2",
        'finding.code == "ncii" && finding.code == "canary"',
        'finding.code in ["ncii", "canary"] && !(finding.code in ["canary", "ncii"])',
        "finding.distance > 256",
        "finding.distance < 10 && finding.distance > 20",
        "20 < finding.distance && finding.distance <= 20",
        'finding.method == "md5" && finding.distance >= 0',
        'finding.method == "pdq" && finding.distance < 0',
        'finding.kind == "score" && finding.method != ""',
        "finding.strength > 1.0",
        "finding.strength < 0.5 && finding.strength > 0.5",
        "subject.size_bytes < 100 && subject.size_bytes > 100 + 100",
        "subject.size_bytes == -2",
        'subject.kind == "message" && subject.size_bytes > 0',
        'subject.surface == "avatar" && subject.surface == "wall"',
        'subject.surface == "avatar" && subject.surface.startsWith("w")',
        'subject.surface == "avatar" && !(subject.surface == "avatar")',
        'finding.code.startsWith("csam") && finding.code == "ncii"',
        'source.code == "ncii" && finding.code == "canary"',
        "not_assessed.retry && !not_assessed.retry",
        "!(finding.distance <= finding.radius) && finding.distance <= finding.radius",
        '(finding.code == "ncii" ? finding.distance > 300 : finding.code == "ncii")',
        '(finding.kind == "match" || finding.kind == "score") && finding.code != "ncii" && finding.code == "ncii"',
        "finding.distance / 0 > 1",
        "finding.distance % 2 == 3",
    ],
)
def test_it_proves_that_this_can_never_be_true(condition: str) -> None:
    assert possible(parse(condition)) is False


@pytest.mark.parametrize(
    "condition",
    [
        "true",
        'finding.code == "ncii" || finding.code == "canary"',
        'finding.method == "pdq" && finding.distance <= 20',
        'finding.method == "md5" && finding.distance == -1',
        "finding.strength == 1.0 && finding.strength * 2.0 > 1.5",
        "finding.strength >= 1.0",
        "subject.size_bytes > 1000 && subject.size_bytes < 1002",
        "subject.size_bytes == 9007199254740993",
        'subject.surface != "avatar"',
        'subject.surface.startsWith("a") && subject.surface != "avatar"',
        'finding.code == "ncii" && source.code == "ncii"',
        'source.name != "" && source.code == finding.code',
    ],
)
def test_it_does_not_object_to_what_can_be_true(condition: str) -> None:
    assert possible(parse(condition)) is True


def test_it_says_nothing_about_what_is_too_large_to_search() -> None:
    pairs = (f'(subject.surface.contains("a{i}") || subject.surface.contains("b{i}"))' for i in range(14))
    condition = " && ".join(pairs) + ' && finding.label.contains("x") && !finding.label.contains("x")'
    assert possible(parse(condition)) is None


def test_every_field_of_the_vocabulary_is_known_to_the_search() -> None:
    for variable in VOCABULARY.values():
        for name in variable.fields:
            assert fields_of(parse(f"{variable.name}.{name} == {variable.name}.{name}")) == {
                (variable.name, name)
            }
