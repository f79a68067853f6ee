"""The same checks of an OpenAPI document against whatever serves it: fakes, or the real house."""

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

EXAMPLES = 12
SEED = 20260115


def check(base_url: str, token: str, examples: int = EXAMPLES) -> int:
    """Send generated requests to every operation; returns how many operations were tried.

    Raises where an answer is a server error, is not documented, or breaks its documented schema.
    """
    raise NotImplementedError
