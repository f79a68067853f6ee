"""What an assessment tells of an upload, without its content, so that it can be followed and repeated."""

from types import MappingProxyType

from doorward.imagery.decoding.answers import Decoded
from doorward.imagery.digests import Digests
from doorward.imagery.sniff import MediaType


def facts_of(
    media_type: MediaType, digests: Digests, decoded: Decoded, unnamed: int
) -> MappingProxyType[str, str]:
    """The facts, as text. `unnamed` counts the matching entries for which there is no finding."""
    facts = {
        "sniffed": str(media_type),
        "md5": digests.md5.hex(),
        "sha1": digests.sha1.hex(),
        "sha256": digests.sha256.hex(),
    }
    if decoded.width:
        facts |= {"width": str(decoded.width), "height": str(decoded.height)}
    if decoded.renderings:
        plain = decoded.renderings[0]
        name = (
            "pdq" if plain.exact else "pdq_luma"
        )  # made from the luma alone it is near to the picture's own
        facts |= {name: plain.pdq.hex(), "pdq_quality": str(plain.quality)}
    if decoded.frames > 1:
        looked_at = len({rendering.frame for rendering in decoded.renderings})
        facts |= {"frames": str(decoded.frames), "frames_hashed": str(looked_at)}
    if unnamed:
        facts["matches_not_named"] = str(unnamed)
    return MappingProxyType(facts)
