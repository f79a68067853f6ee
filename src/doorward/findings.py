"""What a detector answers: findings, or the honest word that it could not look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Code(StrEnum):
    """The fixed vocabulary of what can be found. A list carries one of these codes.

    The terms follow the Terminology Guidelines (2nd ed., 2025); the mapping to the enumerations
    of NCMEC, the NCA and the DSA belongs to `reporting`.
    """

    CSAM_KNOWN = "csam_known"
    CSAM_SUSPECTED = "csam_suspected"
    CSEA_GROOMING = "csea_grooming"
    CSEA_SEXTORTION = "csea_sextortion"
    CSEA_TRAFFICKING = "csea_trafficking"
    CSEA_SOLICITATION = "csea_solicitation"
    CSEA_TEXT = "csea_text"
    NCII = "ncii"
    AGE_UNKNOWN = "age_unknown"
    CANARY = "canary"


class FindingKind(StrEnum):
    """A match names an entry of a list; a score says "this looks like". Only a match may block."""

    MATCH = "match"
    SCORE = "score"


class Method(StrEnum):
    """How an upload was recognised."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    PDQ = "pdq"


class Variant(StrEnum):
    """Which rendering of the picture was recognised. `plain` is the pixels as stored in the file."""

    PLAIN = "plain"
    EXIF_ORIENTED = "exif_oriented"
    ALPHA_ON_WHITE = "alpha_on_white"
    ALPHA_ON_BLACK = "alpha_on_black"
    FRAME = "frame"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a detector saw, with all that is needed to explain and to repeat it."""

    detector: str
    code: Code
    kind: FindingKind
    explanation: str  # for people, complete sentences, no content
    strength: float = 1.0  # 0 … 1; 1 for an exact match
    list_name: str | None = None
    list_version: str | None = None
    entry: str | None = None  # the source's own id
    label: str | None = None
    method: Method | None = None
    distance_bits: int | None = None  # Hamming distance, for perceptual hashes
    radius_bits: int | None = None
    variant: Variant | None = None
    detector_version: str = "0"


class Cause(StrEnum):
    """Why a detector could not look; policy rules can tell the cases apart."""

    TIMEOUT = "timeout"
    OVERLOADED = "overloaded"
    UNDECODABLE = "undecodable"
    TRUNCATED = "truncated"
    UNSUPPORTED = "unsupported"
    OVER_LIMIT = "over_limit"
    EMPTY = "empty"
    LIST_EXPIRED = "list_expired"
    LIST_UNREADABLE = "list_unreadable"
    NOT_CONFIGURED = "not_configured"  # required by the policy, yet not there
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A detector's honest answer when it could not look. Never read as "nothing found"."""

    detector: str
    cause: Cause
    reason: str  # for people: "the decoder ran past 2.0 s"
    retry: bool = False  # would the same subject be worth another look?
    list_name: str | None = None


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that one detector has to say about one subject."""

    findings: tuple[Finding, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    lists: Mapping[str, str] = field(default_factory=_nothing)  # list name -> version consulted
    timings_ms: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    facts: Mapping[str, str] = field(default_factory=_nothing)  # "sniffed": "image/png", "sha256": "…"
