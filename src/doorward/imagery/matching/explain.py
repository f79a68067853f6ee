"""Matches into findings that a person can follow."""

from doorward.findings import Finding, FindingKind, Method, Variant
from doorward.imagery.decoding.answers import Rendering
from doorward.imagery.matching.search import Match, Searchable

_UNRELATED_BITS = 128  # half of the bits: where hashes of unrelated pictures lie

_DIGEST_NAMES = {Method.SHA256: "SHA-256", Method.SHA1: "SHA-1", Method.MD5: "MD5"}
_SEEN = {
    Variant.PLAIN: "in the plain variant",
    Variant.EXIF_ORIENTED: "turned as its EXIF orientation says",
    Variant.ALPHA_ON_WHITE: "with its transparent parts on white",
    Variant.ALPHA_ON_BLACK: "with its transparent parts on black",
}


def finding(searched: Searchable, match: Match, detector: str, detector_version: str) -> Finding:
    """What a match says, with all that is needed to repeat it."""
    distance_bits = match.distance_bits
    return Finding(
        detector=detector,
        detector_version=detector_version,
        code=searched.details.code,
        kind=FindingKind.MATCH,
        explanation=_explanation(searched, match),
        strength=1.0 if distance_bits is None else max(0.0, 1 - distance_bits / _UNRELATED_BITS),
        list_name=searched.details.name,
        list_version=searched.version,
        entry=searched.table.entry_id(match.entry),
        label=searched.table.label(match.entry),
        method=match.method,
        distance_bits=distance_bits,
        radius_bits=None if distance_bits is None else searched.details.radius_bits,
        variant=None if match.rendering is None else match.rendering.variant,
    )


def _explanation(searched: Searchable, match: Match) -> str:
    entry = f"entry {searched.table.entry_id(match.entry)!r} of list {searched.details.name!r}"
    if match.rendering is None or match.distance_bits is None:
        return f"The file has the same {_DIGEST_NAMES[match.method]} digest as {entry}."
    bits = "1 bit" if match.distance_bits == 1 else f"{match.distance_bits} bits"
    where = _seen(match.rendering)
    return f"The picture's PDQ hash is {bits} from {entry} (radius {searched.details.radius_bits}), seen {where}."


def _seen(rendering: Rendering) -> str:
    return _SEEN.get(rendering.variant, f"in frame {rendering.frame + 1}")
