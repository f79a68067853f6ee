"""Is the gate on? The self-test with the canary, and what a balancer asks before it sends traffic."""

from typing import Protocol

from doorward.bodies import MemoryBody
from doorward.findings import Code
from doorward.imagery import canary
from doorward.subjects import Subject, Upload
from doorward.verdicts import Decision, Verdict


class Assessing(Protocol):
    """The gate, as far as it is tried here."""

    async def assess(self, subject: Subject) -> Verdict:
        """A verdict of which nothing is recorded."""
        ...


async def canary_is_stopped(gate: Assessing) -> str | None:
    """Screen the canary through the real path; `None` if it was blocked, else what went wrong."""
    with MemoryBody.of(canary.png()) as body:
        verdict = await gate.assess(Upload(body, filename="canary.png"))
    if any(finding.code is Code.CANARY for finding in verdict.findings):
        if verdict.decision is Decision.BLOCK:
            return None
        return f"the canary was recognised, and the policy decided {verdict.decision} instead of block"
    if verdict.not_assessed:
        return f"the canary was not assessed: {verdict.not_assessed[0].reason}"
    return f"the canary was not recognised; the decision was {verdict.decision}"
