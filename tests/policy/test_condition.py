"""Reading conditions: the checker's tree means what the running library computes."""

import contextlib

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.policy.condition.complaints import ConditionError
from doorward.policy.condition.constants import constant
from doorward.policy.condition.parse import DEEPEST, LONGEST, parse
from doorward.policy.condition.tree import Access, Binary, Literal, Name, Place, fields_of, text_of

numbers = st.integers(-20, 20).map(str)
arithmetic = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from("+-*"), inner),
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        st.builds("-({})".format, inner),
    ),
    max_leaves=6,
)
comparisons = st.builds("{} {} {}".format, arithmetic, st.sampled_from(["<", "<=", "==", "!="]), arithmetic)
logic = st.recursive(
    comparisons | st.sampled_from(["true", "false"]),
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["&&", "||"]), inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(logic)
def test_the_tree_written_out_again_computes_the_same(text: str) -> None:
    """The two libraries agree on what binds stronger, or this would differ."""
    assert cel.evaluate(text_of(parse(text))) == cel.evaluate(text)


@settings(deadline=None)
@given(logic)
def test_the_tree_written_out_again_is_read_as_the_same_tree(text: str) -> None:
    tree = parse(text)
    assert parse(text_of(tree)) == tree


def test_a_comparison_is_read_with_its_places() -> None:
    tree = parse('\n  finding.code\n == "ncii"')
    assert tree == Binary("==", Access(Name("finding"), "code"), Literal('"ncii"'))
    assert isinstance(tree, Binary)
    assert (tree.left.place, tree.right.place) == (Place(2, 3), Place(3, 5))


def test_a_part_whose_place_the_library_forgets_has_that_of_what_it_stands_in() -> None:
    tree = parse("finding.distance > 3\n || true")
    assert isinstance(tree, Binary)
    assert tree.right.place == Place(1, 1)


def test_comments_and_line_ends_are_no_part_of_a_condition() -> None:
    assert parse("true // says the author\r\n && false") == Binary("&&", Literal("true"), Literal("false"))


def test_the_fields_of_a_condition_are_found_wherever_they_stand() -> None:
    tree = parse(
        '!(size(finding.label) > 3) && subject.surface in ["a", finding.entry] || (1 == 2 ? true : false)'
    )
    assert fields_of(tree) == {("finding", "label"), ("subject", "surface"), ("finding", "entry")}


def test_a_part_without_fields_is_a_constant() -> None:
    value = constant(parse("2 * (3 + 4)"))
    assert value is not None
    assert value.value == 14


def test_a_part_with_a_field_is_no_constant() -> None:
    assert constant(parse("finding.distance + 1")) is None


@pytest.mark.parametrize("text", ["", "  \n", "(", "a ==", "1 2", "a.b(", '"open', "é == 1", "\x00", "}"])
def test_what_is_no_condition_is_refused_in_words(text: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert caught.value.complaint.message
    assert caught.value.complaint.hint


@pytest.mark.parametrize(
    "text",
    [
        "(" * (DEEPEST + 1) + "true" + ")" * (DEEPEST + 1),
        "!" * 500 + "true",
        "-" * 500 + "1 == 1",
        "true" + " && true" * 300,
        "[" * 500,
        "a" + ".a" * 500,
        "true || " * LONGEST,
    ],
)
def test_a_condition_made_to_exhaust_the_parser_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse(text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_tree_or_refused(text: str) -> None:
    with contextlib.suppress(ConditionError):
        text_of(parse(text))
