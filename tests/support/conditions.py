"""Random findings, and random conditions of the language of policies about them."""

from hypothesis import strategies as st

from doorward.findings import Cause, Code, Finding, FindingKind, Method, NotAssessed, Variant
from doorward.policy import bindings
from doorward.policy.vocabulary import Value

_names = st.sampled_from(["", "a", "list-a", "list-b"])
findings = st.builds(
    Finding,
    detector=st.sampled_from(["imagery", "other"]),
    code=st.sampled_from(Code),
    kind=st.sampled_from(FindingKind),
    explanation=st.just("seen"),
    strength=st.floats(allow_nan=True, allow_infinity=True),
    list_name=st.none() | _names,
    list_version=st.none() | _names,
    entry=st.none() | _names,
    label=st.none() | _names,
    method=st.none() | st.sampled_from(Method),
    distance_bits=st.none() | st.integers(-5, 300),
    radius_bits=st.none() | st.integers(-5, 300),
    variant=st.none() | st.sampled_from(Variant),
)
missing = st.builds(
    NotAssessed,
    detector=st.just("imagery"),
    cause=st.sampled_from(Cause),
    reason=st.just("it could not look"),
    retry=st.booleans(),
    list_name=st.none() | _names,
)


def _quoted(values: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(values).map(lambda value: f'"{value}"')


def _about(field: str, values: st.SearchStrategy[str], operators: list[str]) -> st.SearchStrategy[str]:
    compared = st.builds("{} {} {}".format, st.just(field), st.sampled_from(operators), values)
    mirrored = st.builds("{2} {1} {0}".format, st.just(field), st.sampled_from(operators), values)
    chosen = st.lists(values, min_size=1, max_size=3).map(lambda items: f"{field} in [{', '.join(items)}]")
    return compared | mirrored | chosen


_EQUALITY = ["==", "!="]
_ORDER = ["==", "!=", "<", "<=", ">", ">="]
_numbers = st.integers(-3, 260).map(str)
_atoms = st.one_of(
    _about("finding.code", _quoted([code.value for code in Code]), _EQUALITY),
    _about("finding.kind", _quoted(["match", "score"]), _EQUALITY),
    _about("finding.method", _quoted(["", "md5", "pdq"]), _EQUALITY),
    _about("finding.variant", _quoted(["", "plain", "frame"]), _EQUALITY),
    _about("finding.distance", _numbers, _ORDER),
    _about("finding.radius", _numbers, _ORDER),
    _about("finding.strength", st.sampled_from(["0.0", "0.5", "1.0", "2.0", "-0.5"]), _ORDER),
    _about("source.name", _quoted(["", "a", "list-a"]), _EQUALITY),
    _about("source.code", _quoted(["", "ncii", "csam_known"]), _EQUALITY),
    st.sampled_from(
        [
            "true",
            "false",
            "finding.distance <= finding.radius",
            "finding.distance > finding.radius",
            "source.code == finding.code",
            'finding.code.startsWith("csam")',
            'source.name.contains("list")',
            'finding.label.matches("^l.*t")',
            "10 / finding.distance > 1",
            "size(finding.label) > 3",
            "finding.strength * 2.0 > 1.5",
            "finding.distance % 2 == 1",
        ]
    ),
)
conditions = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.builds("({}) && ({})".format, inner, inner),
        st.builds("({}) || ({})".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("(({}) ? ({}) : ({}))".format, inner, inner, inner),
    ),
    max_leaves=8,
)


def bound(finding: Finding) -> dict[str, dict[str, Value]]:
    """The variables of a rule about `finding`, all their fields."""
    return {
        "finding": {name: read(finding) for name, read in bindings.FINDING.items()},
        "source": {name: read(finding) for name, read in bindings.SOURCE.items()},
    }
