"""Reading a policy file."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.policy.load import default_text, load_policy, parse_policy
from doorward.policy.problems import PolicyError, Problem
from doorward.policy.rules import Policy
from doorward.verdicts import Action, Decision, Mode

RULE = """[[rule]]
name = "hold-matches"
when = 'finding.kind == "match"'
decision = "hold"
actions = ["notify_platform", "preserve", "preserve"]
reason = '''
A person
looks.'''
"""


def refused(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "policy.toml")
    return caught.value.problems


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        return parse_policy(text, "policy.toml").warnings
    except PolicyError as error:
        return error.problems


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_rule_is_read_with_its_defaults_and_its_actions_in_their_order() -> None:
    (rule,) = parse_policy(RULE, "policy.toml").rules
    assert (rule.name, rule.decision, rule.mode) == ("hold-matches", Decision.HOLD, Mode.LIVE)
    assert rule.actions == (Action.PRESERVE, Action.NOTIFY_PLATFORM)
    assert rule.reason == "A person looks."


def test_the_version_names_the_text() -> None:
    first, second = parse_policy(RULE, "a"), parse_policy(f"{RULE}\n# changed", "a")
    assert first.version != second.version
    assert first.version == parse_policy(RULE, "b").version
    assert len(first.version) == 12


def test_the_shipped_policy_is_there_to_be_written() -> None:
    assert isinstance(parse_policy(default_text(), "policy.toml"), Policy)


def test_a_file_is_read_by_its_path_also_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path / "policy.toml", b"\xef\xbb\xbf" + RULE.encode())
    assert load_policy(path).file == str(path)


def test_windows_line_ends_are_no_mistake_and_do_not_shift_lines(tmp_path: Path) -> None:
    text = RULE.replace("finding.kind", "finding.knd").replace("\n", "\r\n")
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path / "policy.toml", text.encode()))
    assert [problem.line for problem in caught.value.problems] == [3]


def test_an_absent_file_is_said_to_be_absent_with_the_way_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"there is no such file[\s\S]*doorward init"):
        load_policy(tmp_path / "policy.toml")


def test_a_file_that_is_no_text_is_refused_with_the_line_of_the_first_bad_byte(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path / "policy.toml", b"# fine\n# also\n\xff\xfe"))
    assert [problem.line for problem in caught.value.problems] == [3]


def test_a_file_of_many_megabytes_is_refused_unparsed(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="larger than"):
        load_policy(write(tmp_path / "policy.toml", b"#" * 3_000_000))


def test_the_line_is_found_below_long_strings_that_look_like_rules() -> None:
    text = (
        RULE.replace("looks.", "[[rule]]\nname = 'looks like a rule'\n") + '\n[[rule]]\nname = "Bad Name"\n'
    )
    lines = [problem.line for problem in refused(text) if "cannot be the name" in problem.message]
    assert lines == [text.splitlines().index('name = "Bad Name"') + 1]


def test_the_line_is_that_of_the_part_of_a_long_condition_that_is_wrong() -> None:
    when = "'''\nfinding.kind == \"match\"\n&& finding.cod == \"ncii\"\n'''"
    (problem,) = refused(RULE.replace("'finding.kind == \"match\"'", when))
    assert problem.line == 5


def test_a_condition_that_begins_on_the_line_of_its_quotes_is_located_too() -> None:
    when = "'''finding.kind == \"match\"\n&& finding.cod == \"ncii\"'''"
    (problem,) = refused(RULE.replace("'finding.kind == \"match\"'", when))
    assert problem.line == 4


def test_rules_written_as_one_inline_list_are_read_and_located_as_far_as_possible() -> None:
    text = "rule = [{name='a', when='finding.knd == 1', decision='hold', reason='r'}]\n"
    (problem,) = refused(text)
    assert problem.line == 1


def test_problems_come_in_the_order_of_the_file() -> None:
    second = RULE.replace("hold-matches", "second").replace("kind", "knd")
    lines = [problem.line for problem in refused(RULE.replace("kind", "kynd") + second)]
    assert lines == sorted(lines)
    assert len(lines) == 2


def test_signs_that_are_no_line_ends_to_toml_do_not_shift_lines() -> None:
    (problem,) = refused("# one\u2028line\n" + RULE.replace("finding.kind", "finding.knd"))
    assert problem.line == 4


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(RULE)), st.integers(0, 30), st.text(alphabet="[]{}()'\"=.,!&|<>a1 \n\\", max_size=4)
)
def test_a_mutilated_policy_is_accepted_or_refused_and_nothing_else(cut: int, gone: int, put: str) -> None:
    problems = problems_of(RULE[:cut] + put + RULE[cut + gone :])
    assert all(problem.line >= 1 and problem.message and problem.hint for problem in problems)
