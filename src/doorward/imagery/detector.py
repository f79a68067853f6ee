"""The detector of known imagery."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from doorward.clock import Clock
from doorward.detectors import Deadline, Readiness
from doorward.findings import Assessment, Cause, NotAssessed
from doorward.imagery.decoding.answers import Decoded, Problem
from doorward.imagery.decoding.formats import PILLOW_FORMATS, unsupported
from doorward.imagery.decoding.pool import Decoder
from doorward.imagery.digests import Digests, digest_bytes
from doorward.imagery.facts import facts_of
from doorward.imagery.matching.explain import finding
from doorward.imagery.matching.indexed import IndexedMatchers
from doorward.imagery.matching.known_imagery import InForce, KnownImagery, Lists
from doorward.imagery.matching.lookups import LookUps, LookUpStats
from doorward.imagery.matching.protocols import BuildMatchers
from doorward.imagery.matching.ranking import Ranked
from doorward.imagery.matching.search import Sight
from doorward.imagery.sniff import HEAD_BYTES, MediaType, sniff
from doorward.lists import CatalogueNotLoaded
from doorward.subjects import Body, Subject, SubjectKind, Upload

NAME = "imagery"
VERSION = "1"  # of decoding and hashing: raised when a picture's hashes would come out otherwise

# Kept back from the time for decoding, so that what the digests have found is told all the same.
_RESERVE_S, _RESERVE_SHARE = 0.1, 0.1

_COLOURS_MISSING = Problem(
    Cause.FAILED, "The picture was not decoded exactly when that was needed.", retry=True
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an upload is, whatever the lists say of it."""

    media_type: MediaType
    digests: Digests
    decoded: Decoded
    timings_ms: Mapping[str, float]

    def not_assessed(self) -> tuple[NotAssessed, ...]:
        problems = self.decoded.problems
        return tuple(NotAssessed(NAME, each.cause, each.reason, each.retry) for each in problems)

    def facts(self, unnamed: int = 0) -> Mapping[str, str]:
        return facts_of(self.media_type, self.digests, self.decoded, unnamed)


class ImageryDetector:
    """Is this upload, or a picture that looks like it, on a list? Satisfies `Detector`.

    The bytes are compared by digest whatever they are; pictures also by how they look, in each
    of their renderings. Large ones may be decoded without their colours at first; where that leaves
    a doubt, they are decoded again, and only exact renderings make a match. Whatever keeps it from
    looking becomes a `NotAssessed` beside the findings.
    """

    name = NAME
    kinds = frozenset((SubjectKind.UPLOAD,))

    def __init__(
        self,
        catalogue: Lists,
        decoder: Decoder,
        clock: Clock,
        build_matchers: BuildMatchers = IndexedMatchers(),
    ) -> None:
        self._catalogue = catalogue
        self._known = KnownImagery(catalogue, build_matchers, NAME)
        self._look_ups = LookUps()
        self._decoder = decoder
        self._clock = clock

    def configured(self) -> frozenset[str]:
        """`imagery` once there is a list besides the canary's, `imagery:CODE` for each that can be relied on."""
        try:
            return self._known.in_force(self._clock.now()).configured
        except CatalogueNotLoaded:
            return frozenset()

    def readiness(self) -> Readiness:
        """What keeps it from working, and what somebody must see to about its lists."""
        failures = () if self._decoder.stats().living else ("no decoder process is alive",)
        try:
            own = self._known.warnings(self._clock.now())
        except CatalogueNotLoaded as error:
            return Readiness(failures=(*failures, str(error)))
        return Readiness((*self._catalogue.warnings(), *own), failures)

    def look_ups(self) -> LookUpStats:
        """How many uploads were looked up, and in how many batches."""
        return self._look_ups.stats()

    async def assess(self, subject: Subject, deadline: Deadline) -> Assessment:
        """Compare an upload with every list in force."""
        if not isinstance(subject, Upload):
            raise TypeError(f"{NAME} looks at uploads only, not at a {subject.kind}")
        if subject.body.size == 0:
            return Assessment(not_assessed=(NotAssessed(NAME, Cause.EMPTY, "The file is empty."),))
        seen = await self._see(subject.body, deadline)
        try:
            lists = self._known.in_force(self._clock.now())
        except CatalogueNotLoaded as error:
            unknown = NotAssessed(NAME, Cause.LIST_UNREADABLE, str(error), retry=True)
            return Assessment(not_assessed=(*seen.not_assessed(), unknown), facts=seen.facts())
        seen, ranked = await self._look_up(seen, lists)
        if ranked.doubtful:
            seen, ranked = await self._look_up(await self._look_again(seen, subject.body, deadline), lists)
        return Assessment(
            findings=tuple(finding(searched, match, NAME, VERSION) for searched, match in ranked.named),
            not_assessed=(*seen.not_assessed(), *lists.not_assessed),
            lists=lists.versions,
            timings_ms=MappingProxyType(seen.timings_ms),
            facts=seen.facts(ranked.unnamed),
        )

    async def _see(self, body: Body, deadline: Deadline) -> _Seen:
        # Taken here, on the loop: the thread's view stays valid even if the body is closed meanwhile.
        view = body.view()
        media_type = sniff(bytes(view[:HEAD_BYTES]))
        (digests, digest_ms), decoded = await asyncio.gather(
            asyncio.to_thread(self._digest, view), self._decode(body, media_type, deadline)
        )
        return _Seen(media_type, digests, decoded, {**decoded.timings_ms, "digest": digest_ms})

    async def _look_again(self, seen: _Seen, body: Body, deadline: Deadline) -> _Seen:
        """The same upload with exact renderings only; where there are none, with a problem that says why."""
        decoded = await self._decode(body, seen.media_type, deadline, exact=True)
        exact = tuple(rendering for rendering in decoded.renderings if rendering.exact)
        if len(exact) < len(decoded.renderings) or not (exact or decoded.problems):
            decoded = replace(decoded, problems=(*decoded.problems, _COLOURS_MISSING))
        decoded = replace(decoded, renderings=exact)
        return replace(seen, decoded=decoded, timings_ms=_added(seen.timings_ms, decoded.timings_ms))

    async def _look_up(self, seen: _Seen, lists: InForce) -> tuple[_Seen, Ranked]:
        started_s = self._clock.monotonic_s()
        ranked = await self._look_ups.find(lists.searchable, Sight(seen.digests, seen.decoded.renderings))
        took = {"match": self._since_ms(started_s)}
        return replace(seen, timings_ms=_added(seen.timings_ms, took)), ranked

    def _digest(self, view: memoryview) -> tuple[Digests, float]:
        started_s = self._clock.monotonic_s()
        return digest_bytes(view), self._since_ms(started_s)

    async def _decode(
        self, body: Body, media_type: MediaType, deadline: Deadline, *, exact: bool = False
    ) -> Decoded:
        if media_type not in PILLOW_FORMATS:
            return Decoded(problems=(unsupported(media_type),))
        reserve_s = min(_RESERVE_S, _RESERVE_SHARE * deadline.remaining_s())
        until = Deadline(deadline.at_s - reserve_s, deadline.clock)
        return await self._decoder.decode(body, until, exact=exact)

    def _since_ms(self, started_s: float) -> float:
        return (self._clock.monotonic_s() - started_s) * 1000


def _added(some: Mapping[str, float], more: Mapping[str, float]) -> Mapping[str, float]:
    return {name: some.get(name, 0.0) + more.get(name, 0.0) for name in (*some, *more)}
