"""Findings and missing answers as the values that conditions see.

Whatever a detector reports, the values keep the promises of `vocabulary` (`worlds` in `reach` relies
on them): only matches have a method, only PDQ has a distance and a radius.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from doorward.findings import Finding, FindingKind, Method, NotAssessed
from doorward.policy.vocabulary import PDQ_BITS, Value

T = TypeVar("T")
Readers = Mapping[str, Callable[[T], Value]]


def _method(finding: Finding) -> str:
    if finding.kind is FindingKind.SCORE:
        return ""
    return finding.method or ""


def _distance(finding: Finding) -> int:
    """A PDQ match that does not tell its distance counts as the farthest, never as a near one."""
    if _method(finding) != Method.PDQ:
        return -1
    return PDQ_BITS if finding.distance_bits is None else _bits(finding.distance_bits)


def _radius(finding: Finding) -> int:
    if _method(finding) != Method.PDQ:
        return -1
    return 0 if finding.radius_bits is None else _bits(finding.radius_bits)


def _bits(told: int) -> int:
    return min(max(told, 0), PDQ_BITS)


def _strength(finding: Finding) -> float:
    """Within 0 … 1; what is not a number counts as the strongest."""
    told = float(finding.strength)
    return 1.0 if math.isnan(told) else min(max(told, 0.0), 1.0)


FINDING: Readers[Finding] = MappingProxyType(
    {
        "detector": lambda finding: finding.detector,
        "code": lambda finding: finding.code.value,
        "kind": lambda finding: finding.kind.value,
        "strength": _strength,
        "method": lambda finding: str(_method(finding)),
        "distance": _distance,
        "radius": _radius,
        "variant": lambda finding: "" if finding.variant is None else finding.variant.value,
        "entry": lambda finding: finding.entry or "",
        "label": lambda finding: finding.label or "",
        "detector_version": lambda finding: finding.detector_version,
    }
)
SOURCE: Readers[Finding] = MappingProxyType(
    {
        "name": lambda finding: finding.list_name or "",
        "code": lambda finding: finding.code.value if finding.list_name else "",
        "version": lambda finding: finding.list_version or "",
    }
)
NOT_ASSESSED: Readers[NotAssessed] = MappingProxyType(
    {
        "detector": lambda item: item.detector,
        "cause": lambda item: item.cause.value,
        "retry": lambda item: item.retry,
        "list": lambda item: item.list_name or "",
    }
)
