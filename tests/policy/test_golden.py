"""What an author of a policy reads about each mistake: a file with the mistake, and the words for it.

`golden/NAME.toml` is the policy and `golden/NAME.txt` all that is said of it. A changed message is
changed there by hand: whoever changes it should read it as the author of the policy would.
"""

from pathlib import Path

import pytest

from doorward.policy.load import parse_policy
from doorward.policy.problems import PolicyError, Problem

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in GOLDEN.glob("*.toml"))
KNOWN_LISTS = frozenset({"hotline-north"})


def problems_of(name: str) -> tuple[Problem, ...]:
    try:
        return parse_policy((GOLDEN / f"{name}.toml").read_text("utf-8"), "policy.toml", KNOWN_LISTS).warnings
    except PolicyError as error:
        return error.problems


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_is_named_with_its_line_and_how_to_mend_it(name: str) -> None:
    said = "".join(f"{problem}\n" for problem in problems_of(name))
    assert said == (GOLDEN / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_no_mistake_goes_unsaid_and_no_hint_is_empty(name: str) -> None:
    problems = problems_of(name)
    assert problems
    assert all(problem.message and problem.hint for problem in problems)


def test_every_expectation_has_its_policy() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == CASES
