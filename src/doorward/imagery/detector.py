"""The detector of known imagery."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from doorward.clock import Clock
from doorward.detectors import Deadline, Readiness
from doorward.findings import Assessment, Cause, NotAssessed
from doorward.imagery.decoding.answers import Decoded, Rendering
from doorward.imagery.decoding.formats import PILLOW_FORMATS, unsupported
from doorward.imagery.decoding.pool import Decoder
from doorward.imagery.digests import Digests, digest_bytes
from doorward.imagery.facts import facts_of
from doorward.imagery.matching.exhaustive import exhaustive_matchers
from doorward.imagery.matching.explain import finding
from doorward.imagery.matching.known_imagery import InForce, KnownImagery, Lists
from doorward.imagery.matching.protocols import BuildMatchers
from doorward.imagery.matching.ranking import Ranked, rank
from doorward.imagery.matching.search import Searchable, search
from doorward.imagery.sniff import HEAD_BYTES, MediaType, sniff
from doorward.lists import CatalogueNotLoaded
from doorward.subjects import Body, Subject, SubjectKind, Upload

NAME = "imagery"
VERSION = "1"  # of decoding and hashing: raised when a picture's hashes would come out otherwise

# Kept back from the time for decoding, so that what the digests have found is told all the same.
_RESERVE_S, _RESERVE_SHARE = 0.1, 0.1
_ROWS_AT_ONCE = 50_000  # hashes compared on the event loop (some 0.1 ms); more go to a thread


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an upload is, before any list is asked."""

    media_type: MediaType
    digests: Digests
    decoded: Decoded
    digest_ms: float

    def not_assessed(self) -> tuple[NotAssessed, ...]:
        problems = self.decoded.problems
        return tuple(NotAssessed(NAME, each.cause, each.reason, each.retry) for each in problems)

    def facts(self, unnamed: int = 0) -> Mapping[str, str]:
        return facts_of(self.media_type, self.digests, self.decoded, unnamed)


class ImageryDetector:
    """Is this upload, or a picture that looks like it, on a list? Satisfies `Detector`.

    The bytes are compared by digest whatever they are; pictures also by how they look, in each
    of their renderings. Whatever keeps it from looking becomes a `NotAssessed` beside the findings.
    """

    name = NAME
    kinds = frozenset((SubjectKind.UPLOAD,))

    def __init__(
        self,
        catalogue: Lists,
        decoder: Decoder,
        clock: Clock,
        build_matchers: BuildMatchers = exhaustive_matchers,
    ) -> None:
        self._catalogue = catalogue
        self._known = KnownImagery(catalogue, build_matchers)
        self._decoder = decoder
        self._clock = clock

    def readiness(self) -> Readiness:
        """`imagery` once there is a list besides the canary's, `imagery:CODE` for each that can be relied on."""
        failures = () if self._decoder.stats().living else ("no decoder process is alive",)
        try:
            codes = self._known.in_force(NAME, self._clock.now()).reliable
            names = frozenset(f"{NAME}:{code}" for code in codes)
            own = frozenset((NAME,)) if self._known.has_lists() else frozenset()
        except CatalogueNotLoaded as error:
            return Readiness(failures=(*failures, str(error)))
        return Readiness(names | own, self._catalogue.warnings(), failures)

    async def assess(self, subject: Subject, deadline: Deadline) -> Assessment:
        """Compare an upload with every list in force."""
        if not isinstance(subject, Upload):
            raise TypeError(f"{NAME} looks at uploads only, not at a {subject.kind}")
        if subject.body.size == 0:
            return Assessment(not_assessed=(NotAssessed(NAME, Cause.EMPTY, "The file is empty."),))
        seen = await self._see(subject.body, deadline)
        try:
            lists = self._known.in_force(NAME, self._clock.now())
        except CatalogueNotLoaded as error:
            unknown = NotAssessed(NAME, Cause.LIST_UNREADABLE, str(error), retry=True)
            return Assessment(not_assessed=(*seen.not_assessed(), unknown), facts=seen.facts())
        return await self._look_up(seen, lists)

    async def _see(self, body: Body, deadline: Deadline) -> _Seen:
        # Taken here, on the loop: the thread's view stays valid even if the body is closed meanwhile.
        view = body.view()
        media_type = sniff(bytes(view[:HEAD_BYTES]))
        (digests, digest_ms), decoded = await asyncio.gather(
            asyncio.to_thread(self._digest, view), self._decode(body, media_type, deadline)
        )
        return _Seen(media_type, digests, decoded, digest_ms)

    async def _look_up(self, seen: _Seen, lists: InForce) -> Assessment:
        started_s = self._clock.monotonic_s()
        ranked = await _compare(lists.searchable, seen.digests, seen.decoded.renderings)
        match_ms = self._since_ms(started_s)
        return Assessment(
            findings=tuple(finding(searched, match, NAME, VERSION) for searched, match in ranked.named),
            not_assessed=(*seen.not_assessed(), *lists.not_assessed),
            lists=MappingProxyType({each.details.name: each.version for each in lists.searchable}),
            timings_ms=MappingProxyType(
                {**seen.decoded.timings_ms, "digest": seen.digest_ms, "match": match_ms}
            ),
            facts=seen.facts(ranked.unnamed),
        )

    def _digest(self, view: memoryview) -> tuple[Digests, float]:
        started_s = self._clock.monotonic_s()
        return digest_bytes(view), self._since_ms(started_s)

    async def _decode(self, body: Body, media_type: MediaType, deadline: Deadline) -> Decoded:
        if media_type not in PILLOW_FORMATS:
            return Decoded(problems=(unsupported(media_type),))
        reserve_s = min(_RESERVE_S, _RESERVE_SHARE * deadline.remaining_s())
        return await self._decoder.decode(body, Deadline(deadline.at_s - reserve_s, deadline.clock))

    def _since_ms(self, started_s: float) -> float:
        return (self._clock.monotonic_s() - started_s) * 1000


async def _compare(lists: Sequence[Searchable], digests: Digests, renderings: Sequence[Rendering]) -> Ranked:
    rows = sum(len(each.table.pdq) for each in lists)
    if rows * len(renderings) > _ROWS_AT_ONCE:
        return await asyncio.to_thread(_search_all, lists, digests, renderings)
    return _search_all(lists, digests, renderings)


def _search_all(lists: Sequence[Searchable], digests: Digests, renderings: Sequence[Rendering]) -> Ranked:
    return rank([(each, search(each, digests, renderings)) for each in lists])
