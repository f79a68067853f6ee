"""One library reads conditions for the checker, another runs them: they must mean the same."""

import cel
from celpy import CELEvalError, Environment
from celpy.adapter import json_to_cel
from hypothesis import given, settings

from doorward.findings import Finding
from support.conditions import bound, conditions, findings

ENVIRONMENT = Environment()


def by_the_reading_library(condition: str, finding: Finding) -> bool | None:
    variables = {name: json_to_cel(fields) for name, fields in bound(finding).items()}
    try:
        return bool(ENVIRONMENT.program(ENVIRONMENT.compile(condition)).evaluate(variables))
    except CELEvalError:
        return None


def by_the_running_library(condition: str, finding: Finding) -> bool | None:
    try:
        return bool(cel.evaluate(condition, bound(finding)))
    except ArithmeticError:
        return None


@settings(max_examples=150, deadline=None)
@given(conditions, findings)
def test_both_libraries_answer_alike_and_fail_alike(condition: str, finding: Finding) -> None:
    assert by_the_reading_library(condition, finding) == by_the_running_library(condition, finding)
