"""Verdicts and findings as JSON: the same over HTTP, on the command line and in the database."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from doorward.findings import Cause, Code, Finding, FindingKind, Method, NotAssessed, Variant
from doorward.verdicts import RuleMatch, Verdict

# JSON names are shorter where the contract of the HTTP interface fixes them.
_FINDING_NAMES = {"list_name": "list", "distance_bits": "distance", "radius_bits": "radius"}
_FINDING_ENUMS = {"code": Code, "kind": FindingKind, "method": Method, "variant": Variant}


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """A finding without its absent parts."""
    named = ((field.name, getattr(finding, field.name)) for field in fields(Finding))
    return {_FINDING_NAMES.get(name, name): value for name, value in named if value is not None}


def finding_from_json(body: Mapping[str, Any]) -> Finding:
    """The finding that `finding_to_json` wrote."""
    names = {wire: name for name, wire in _FINDING_NAMES.items()}
    values = {names.get(key, key): value for key, value in body.items()}
    for name, enum in _FINDING_ENUMS.items():
        if values.get(name) is not None:
            values[name] = enum(values[name])
    return Finding(**values)


def not_assessed_to_json(item: NotAssessed) -> dict[str, Any]:
    """What could not be looked at, and why."""
    body = {"detector": item.detector, "cause": item.cause, "reason": item.reason, "retry": item.retry}
    return body if item.list_name is None else {**body, "list": item.list_name}


def not_assessed_from_json(body: Mapping[str, Any]) -> NotAssessed:
    """The item that `not_assessed_to_json` wrote."""
    return NotAssessed(
        detector=body["detector"],
        cause=Cause(body["cause"]),
        reason=body["reason"],
        retry=body["retry"],
        list_name=body.get("list"),
    )


def rule_to_json(match: RuleMatch) -> dict[str, Any]:
    """A rule that matched."""
    body: dict[str, Any] = {
        "rule": match.rule,
        "mode": match.mode,
        "decision": match.decision,
        "actions": list(match.actions),
        "reason": match.reason,
    }
    return body if match.error is None else {**body, "error": match.error}


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """The answer of every door that speaks JSON."""
    body: dict[str, Any] = {
        "verdict": verdict.id,
        "decision": verdict.decision,
        "findings": [finding_to_json(finding) for finding in verdict.findings],
        "not_assessed": [not_assessed_to_json(item) for item in verdict.not_assessed],
        "not_configured": list(verdict.not_configured),
        "actions": list(verdict.actions),
        "rules": [rule_to_json(match) for match in verdict.rules],
        "policy": verdict.policy_version,
        "lists": dict(verdict.lists),
        "facts": dict(verdict.facts),
        "took_ms": round(verdict.took_ms, 2),
    }
    if verdict.case is not None:
        body["case"] = verdict.case
    if verdict.preserved is not None:
        body["preserved"] = verdict.preserved
    return body
