"""What else is true of fields together: the cases of which exactly one holds.

`bindings` and `facts` see to it that whatever they bind is one of these.
"""

from collections.abc import Iterable, Mapping
from itertools import product

from doorward.findings import Code, FindingKind, Method
from doorward.policy.vocabulary import PDQ_BITS, UNKNOWN, Value
from doorward.subjects import SubjectKind

FieldKey = tuple[str, str]  # (variable, field)
World = Mapping[FieldKey, tuple[Value, ...]]  # the only values of some fields; others are free

_DIGESTS = tuple(method.value for method in Method if method is not Method.PDQ)
_NO_DISTANCE: World = {("finding", "distance"): (-1,), ("finding", "radius"): (-1,)}
_BITS = tuple(range(PDQ_BITS + 1))


def _finding(kind: FindingKind, methods: tuple[str, ...], distances: World) -> World:
    return {("finding", "kind"): (kind.value,), ("finding", "method"): methods, **distances}


_FINDINGS: tuple[World, ...] = (
    _finding(FindingKind.SCORE, ("",), _NO_DISTANCE),
    _finding(FindingKind.MATCH, ("",), _NO_DISTANCE),
    _finding(FindingKind.MATCH, _DIGESTS, _NO_DISTANCE),
    _finding(
        FindingKind.MATCH,
        (Method.PDQ.value,),
        {("finding", "distance"): _BITS, ("finding", "radius"): _BITS},
    ),
)
_SOURCES: tuple[World, ...] = (
    {("source", "name"): ("",), ("source", "code"): ("",)},
    *({("source", "code"): (code.value,), ("finding", "code"): (code.value,)} for code in Code),
)
_OTHER_KINDS = tuple(kind.value for kind in SubjectKind if kind is not SubjectKind.UPLOAD)
_SUBJECTS: tuple[World, ...] = (
    {("subject", "kind"): (SubjectKind.UPLOAD.value,)},
    {
        ("subject", "kind"): _OTHER_KINDS,
        ("subject", "size_bytes"): (-1,),
        ("subject", "declared_type"): (UNKNOWN,),
        ("subject", "filename_extension"): ("",),
    },
)


def worlds_of(fields: Iterable[FieldKey]) -> tuple[World, ...]:
    """The cases that differ in `fields`."""
    used = frozenset(fields)
    cases = (_narrow(group, used) for group in (_FINDINGS, _SOURCES, _SUBJECTS))
    return tuple({**first, **second, **third} for first, second, third in product(*cases))


def _narrow(group: tuple[World, ...], used: frozenset[FieldKey]) -> list[World]:
    """The worlds of `group` reduced to `used`, each once."""
    narrowed: list[World] = []
    for world in group:
        reduced = {key: values for key, values in world.items() if key in used}
        if reduced not in narrowed:
            narrowed.append(reduced)
    return narrowed
