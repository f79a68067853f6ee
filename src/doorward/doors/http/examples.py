"""Examples of answers for the OpenAPI document. Every id, account and list in them is invented."""

from typing import Any

Example = dict[str, Any]

VERDICT: Example = {
    "verdict": "v_4f1d0c2b9a8e7f6d5c4b3a29",
    "decision": "block",
    "findings": [
        {
            "detector": "imagery",
            "code": "csam_known",
            "kind": "match",
            "explanation": "Its PDQ hash is 4 bits from entry 9001 of list `example`.",
            "strength": 0.98,
            "list": "example",
            "list_version": "3-1f2e3d4c5b6a",
            "entry": "9001",
            "method": "pdq",
            "distance": 4,
            "radius": 31,
            "variant": "plain",
            "detector_version": "1",
        }
    ],
    "not_assessed": [],
    "not_configured": [],
    "actions": ["preserve", "open_case", "notify_platform"],
    "rules": [
        {
            "rule": "known imagery",
            "mode": "live",
            "decision": "block",
            "actions": ["preserve", "open_case", "notify_platform"],
            "reason": "The picture is on a list of known abuse imagery.",
        }
    ],
    "policy": "1-0a1b2c3d4e5f",
    "lists": {"example": "3-1f2e3d4c5b6a"},
    "facts": {"sniffed": "image/jpeg"},
    "took_ms": 7.1,
    "case": "c_0b1c2d3e4f5a6b7c8d9e0f1a",
    "preserved": True,
}

RECORDED_VERDICT: Example = {
    **VERDICT,
    "kind": "upload",
    "state": "final",
    "created_at": "2026-01-15T11:59:58Z",
}

HELD: Example = {
    "verdict": "v_4f1d0c2b9a8e7f6d5c4b3a29",
    "held_at": "2026-01-15T11:59:58Z",
    "kind": "upload",
    "account": "u-1842",
    "surface": "avatar",
    "codes": [],
    "reasons": ["What could not be assessed is held."],
    "case": None,
    "preserved": True,
}

SETTLED: Example = {
    "verdict": "v_4f1d0c2b9a8e7f6d5c4b3a29",
    "outcome": "released",
    "by": "reviewer-12",
    "reason": "A holiday photograph; the list entry is wrong.",
    "at": "2026-01-15T12:30:00Z",
    "changed": True,
}

LIST: Example = {
    "name": "example",
    "code": "csam_known",
    "source": "Example hotline",
    "terms": "For screening only.",
    "as_of": "2026-01-10T00:00:00+00:00",
    "expires_at": "2026-04-10T23:59:59+00:00",
    "radius_bits": 31,
    "min_quality": 50,
    "version": "3-1f2e3d4c5b6a",
    "entries": 20140,
    "state": "live",
    "problem": None,
}

READY: Example = {
    "ready": True,
    "checks": {"canary": {"ok": True, "failures": []}},
    "warnings": ["list 'example' expires in 9 days, at 2026-04-10 23:59 UTC."],
}

PROBLEM: Example = {
    "type": "/problems/invalid",
    "title": "The request has fields that cannot be used",
    "status": 422,
    "detail": "The body has 1 field(s) that cannot be used: `text` is missing; add it.",
    "errors": [{"field": "text", "message": "is missing; add it"}],
}
