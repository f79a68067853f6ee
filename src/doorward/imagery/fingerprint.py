"""The hashes of a file, for programs: the same that the gate would compute for it over HTTP."""

from dataclasses import dataclass

from doorward.imagery.decoding.answers import Decoded, Problem, Rendering
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.decoding.picture import look
from doorward.imagery.digests import Digests, digest_bytes
from doorward.imagery.sniff import HEAD_BYTES, MediaType, sniff


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Everything by which a file can be recognised."""

    media_type: MediaType
    digests: Digests
    decoded: Decoded

    @property
    def renderings(self) -> tuple[Rendering, ...]:
        """The PDQ hash and quality of each way to see the picture; the first, if any, is `plain`."""
        return self.decoded.renderings

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why the picture, or a part of it, could not be seen."""
        return self.decoded.problems

    @property
    def pdq(self) -> str | None:
        """The plain PDQ hash, as 64 hexadecimal digits."""
        return self.renderings[0].pdq.hex() if self.renderings else None

    @property
    def pdq_quality(self) -> int | None:
        """The quality of `pdq`, 0 … 100."""
        return self.renderings[0].quality if self.renderings else None


def fingerprint(data: bytes, limits: Limits = Limits()) -> Fingerprint:
    """Hash a file within this process.

    Takes the same path as a worker of the gate, but without its confinement: a gate gives strangers'
    files to `doorward.imagery.decoding.pool.DecoderPool` instead. Raises nothing for a bad file.
    """
    decoded = look(memoryview(data), limits)
    return Fingerprint(sniff(data[:HEAD_BYTES]), digest_bytes(data), decoded)
