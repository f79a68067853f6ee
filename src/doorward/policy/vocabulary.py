"""The words a condition may use: four variables, their fields, types and possible values.

One table for the checker, for the values bound at evaluation and for the printed reference. A field
always has a value: what is not known has the neutral value that the table names, so that a condition
about it is false (or says so on purpose) instead of failing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from doorward.findings import Cause, Code, FindingKind, Method, Variant
from doorward.subjects import SubjectKind, Visibility

UNKNOWN = "unknown"
PDQ_BITS = 256
Value = bool | int | float | str


class Base(StrEnum):
    """The types of CEL that fields have."""

    BOOL = "bool"
    INT = "int"
    DOUBLE = "double"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Field:
    """A field, and which values it can have: `members`, or `low`–`high`, or texts of a `shape`."""

    name: str
    base: Base
    meaning: str
    neutral: Value | None = None  # its value where nothing is known; None: it is always known
    members: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    pattern: str | None = None
    shape: str = ""  # `pattern` in words

    @property
    def finite(self) -> tuple[Value, ...] | None:
        """Every value the field can have, where these can be enumerated."""
        if self.base is Base.BOOL:
            return (False, True)
        if self.members:
            return self.members
        if self.base is Base.INT and self.low is not None and self.high is not None:
            return tuple(range(int(self.low), int(self.high) + 1))
        return None

    @property
    def values(self) -> str:
        """The possible values in words."""
        if self.members:
            return ", ".join(f'"{member}"' for member in self.members)
        if self.low is not None:
            return f"{self.low:g} or more" if self.high is None else f"{self.low:g} to {self.high:g}"
        return "true, false" if self.base is Base.BOOL else self.shape or "any text"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of conditions and its fields by name."""

    name: str
    meaning: str
    fields: Mapping[str, Field]


class Binding(StrEnum):
    """What a rule is evaluated for: the subject once, or each finding, or each missing answer."""

    SUBJECT = "subject"
    FINDING = "finding"
    NOT_ASSESSED = "not_assessed"


def _enum(name: str, members: type[StrEnum], meaning: str, *, optional: bool = False) -> Field:
    values = tuple(member.value for member in members)
    if optional:
        return Field(name, Base.STRING, meaning, "", ("", *values))
    return Field(name, Base.STRING, meaning, None, values)


def _text(
    name: str, meaning: str, neutral: str | None = "", pattern: str | None = None, shape: str = ""
) -> Field:
    return Field(name, Base.STRING, meaning, neutral, pattern=pattern, shape=shape)


def _int(name: str, meaning: str, high: int | None = None) -> Field:
    return Field(name, Base.INT, meaning, -1, low=-1, high=high)


_MEDIA_TYPE = r"unknown|[^/\sA-Z]+/[^/\sA-Z;]+"
_MEDIA_SHAPE = '"unknown", or a lower-case media type such as "image/png"'

_SUBJECT = (
    _enum("kind", SubjectKind, "What came to the door."),
    _text("surface", 'The platform\'s own name of the place; "" where it named none.'),
    _enum("visibility", Visibility, "Who can see it once it is let in."),
    _text(
        "jurisdiction",
        "Country whose law applies.",
        UNKNOWN,
        r"unknown|[A-Z]{2}",
        '"unknown", or two capital letters (ISO 3166-1)',
    ),
    Field("has_account", Base.BOOL, "Whether the platform named the account behind it."),
    _text("declared_type", "Media type that the client claims.", UNKNOWN, _MEDIA_TYPE, _MEDIA_SHAPE),
    _text("sniffed_type", "Media type by the first bytes.", UNKNOWN, _MEDIA_TYPE, _MEDIA_SHAPE),
    _text(
        "filename_extension",
        "End of the file name.",
        "",
        r"[a-z0-9]{0,16}",
        '"", or lower-case letters and digits without a dot, such as "jpg"',
    ),
    _int("size_bytes", "Length of the upload; -1 for what is not an upload."),
    _int("width_px", "Width of the picture as stored; -1 where it was not decoded."),
    _int("height_px", "Height of the picture as stored; -1 where it was not decoded."),
    _int("pdq_quality", "Quality of the PDQ hash; -1 where there is none.", 100),
)
_FINDING = (
    _text("detector", "Name of the detector that found it.", None),
    _enum("code", Code, "What was found."),
    _enum("kind", FindingKind, 'A match names an entry of a list; a score only says "looks like".'),
    Field("strength", Base.DOUBLE, "How strong the finding is; 1.0 for an exact match.", low=0, high=1),
    _enum("method", Method, 'How it was recognised; "" for scores.', optional=True),
    _int("distance", 'Hamming distance in bits for method "pdq", else -1.', PDQ_BITS),
    _int("radius", 'The list\'s radius in bits for method "pdq", else -1.', PDQ_BITS),
    _enum("variant", Variant, 'Which rendering was recognised; "" where that says nothing.', optional=True),
    _text("entry", 'The source\'s own id of the entry; "" for scores.'),
    _text("label", 'The entry\'s label in the list; "" where it has none.'),
    _text("detector_version", "Version of the detector.", None),
)
_SOURCE = (
    _text("name", 'Name of the list behind the finding; "" for scores without a list.'),
    _enum("code", Code, 'The list\'s code; "" where there is no list.', optional=True),
    _text("version", 'Version of the list that was searched; "" where there is no list.'),
)
_NOT_ASSESSED = (
    _text("detector", "Name of the detector that could not look.", None),
    _enum("cause", Cause, "Why it could not look."),
    Field("retry", Base.BOOL, "Whether another look at the same subject may succeed."),
    _text("list", 'Name of the list that could not be searched; "" where it is about no single list.'),
)


def _variable(name: str, meaning: str, fields: tuple[Field, ...]) -> Variable:
    return Variable(name, meaning, MappingProxyType({field.name: field for field in fields}))


VOCABULARY: Mapping[str, Variable] = MappingProxyType(
    {
        variable.name: variable
        for variable in (
            _variable("subject", "What came to the door, and its circumstances.", _SUBJECT),
            _variable("finding", "One thing a detector saw; the rule is asked for each.", _FINDING),
            _variable("source", "The list behind the finding (`list` is a type in CEL).", _SOURCE),
            _variable("not_assessed", "One missing answer; the rule is asked for each.", _NOT_ASSESSED),
        )
    }
)

# Detectors and the kinds of subject each looks at. Others may be added by adapters; a policy that
# names one that is not here gets a warning, since it is more often a slip of the pen.
DETECTORS: Mapping[str, frozenset[SubjectKind]] = MappingProxyType(
    {
        "imagery": frozenset({SubjectKind.UPLOAD}),
        "conversation": frozenset({SubjectKind.MESSAGE, SubjectKind.CONTACT}),
        "identity": frozenset({SubjectKind.ACCOUNT}),
        "terms": frozenset({SubjectKind.LINK, SubjectKind.SEARCH}),
    }
)
