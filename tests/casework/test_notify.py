"""What the platform is told. Receivers are programmed against these payloads: compare before changing."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from doorward.casework.notify import context_requested, hold_settled, verdict_decided
from doorward.findings import Code
from doorward.verdicts import Action, Decision
from support.casefiles import MATCH, UNDECODABLE, verdict_of

GOLDEN = json.loads((Path(__file__).parent / "golden" / "webhooks.json").read_text())

MOMENT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
BLOCKED = verdict_of(
    MATCH,
    replace(MATCH, distance_bits=9),
    replace(MATCH, code=Code.NCII, list_name="south"),
    decision=Decision.BLOCK,
    id="v_1",
    case="c_1",
    preserved=True,
    actions=(Action.PRESERVE, Action.OPEN_CASE, Action.NOTIFY_PLATFORM),
)
UNSEEN = verdict_of(id="v_2", not_assessed=(UNDECODABLE, UNDECODABLE))

PAYLOADS: dict[str, dict[str, Any]] = {
    "a block": verdict_decided(BLOCKED, account="ann", surface="avatar"),
    "a hold without account": verdict_decided(UNSEEN, account=None, surface=None),
    "a block not preserved": verdict_decided(
        replace(BLOCKED, preserved=False), account="ann", surface="avatar"
    ),
    "a release": hold_settled(
        "released",
        verdict_id="v_2",
        kind="upload",
        account="ann",
        surface="avatar",
        case_id=None,
        settled_at=MOMENT,
    ),
    "a removal": hold_settled(
        "removed",
        verdict_id="v_2",
        kind="upload",
        account=None,
        surface=None,
        case_id="c_1",
        settled_at=MOMENT,
    ),
    "a question": context_requested(
        request_id="x_1",
        case_id="c_1",
        verdict_id="v_1",
        account="ann",
        reply_to="https://door.example/v1/context/x_1",
        answer_until=MOMENT,
    ),
}


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_a_payload_is_what_receivers_were_told_it_is(name: str) -> None:
    assert json.loads(json.dumps(PAYLOADS[name])) == GOLDEN[name]


def test_every_golden_payload_is_still_built() -> None:
    assert sorted(GOLDEN) == sorted(PAYLOADS)


def test_no_payload_carries_an_entry_an_explanation_or_a_reason() -> None:
    said = json.dumps(PAYLOADS)

    for hidden in ("bits from entry", '"entry"', "ends in the middle"):
        assert hidden not in said
