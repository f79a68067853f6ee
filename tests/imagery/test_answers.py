"""What a worker answers is believed only as far as it can be checked."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.findings import Cause, Variant
from doorward.imagery.decoding.answers import (
    BadAnswer,
    Decoded,
    Problem,
    Rendering,
    from_json,
    to_json,
)

NATURAL = st.integers(0, 2**39)
RENDERINGS = st.builds(
    Rendering,
    variant=st.sampled_from(Variant),
    pdq=st.binary(min_size=32, max_size=32),
    quality=st.integers(0, 100),
    frame=NATURAL,
    exact=st.booleans(),
)
PROBLEMS = st.builds(
    Problem, cause=st.sampled_from(Cause), reason=st.just("The file is damaged."), retry=st.booleans()
)
ANSWERS = st.builds(
    Decoded,
    width=NATURAL,
    height=NATURAL,
    frames=NATURAL,
    renderings=st.lists(RENDERINGS, max_size=4).map(tuple),
    problems=st.lists(PROBLEMS, max_size=3).map(tuple),
    timings_ms=st.dictionaries(st.sampled_from(("decode", "hash")), st.floats(0, 1e6)),
)
HONEST = Decoded(
    10,
    20,
    1,
    (Rendering(Variant.PLAIN, bytes(32), 90),),
    (Problem(Cause.TRUNCATED, "Torn."),),
    {"decode": 1.5},
)


@given(ANSWERS)
def test_an_answer_survives_the_journey(answer: Decoded) -> None:
    assert from_json(json.loads(json.dumps(to_json(answer)))) == answer


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("width",), -1),
        (("width",), "10"),
        (("width",), True),
        (("frames",), 2**60),
        (("renderings",), {}),
        (("renderings",), [{}] * 10_001),
        (("renderings", 0), "x"),
        (("renderings", 0, "pdq"), "00" * 31),
        (("renderings", 0, "pdq"), "zz" * 32),
        (("renderings", 0, "pdq"), None),
        (("renderings", 0, "quality"), 101),
        (("renderings", 0, "variant"), "inside_out"),
        (("renderings", 0, "exact"), 1),
        (("renderings", 0, "exact"), None),
        (("problems", 0, "cause"), "boredom"),
        (("problems", 0, "reason"), "two\nlines"),
        (("problems", 0, "reason"), "x" * 301),
        (("problems", 0, "retry"), "no"),
        (("timings_ms",), {"lunch": 1.0}),
        (("timings_ms",), {"decode": float("nan")}),
        (("timings_ms",), {"decode": -1}),
    ],
)
def test_an_answer_that_no_honest_worker_gives_is_refused(path: tuple[Any, ...], value: object) -> None:
    answer: Any = json.loads(json.dumps(to_json(HONEST)))
    place = answer
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(BadAnswer):
        from_json(answer)


@pytest.mark.parametrize("answer", [None, [], "yes", 7, {}])
def test_anything_but_an_answer_is_refused(answer: object) -> None:
    with pytest.raises(BadAnswer):
        from_json(answer)
