"""All lists in force, ready to be searched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Protocol
from weakref import WeakKeyDictionary

from doorward.findings import Cause, Code, NotAssessed
from doorward.imagery.matching.builtin import CANARY_DETAILS, CANARY_VERSION, canary_table
from doorward.imagery.matching.protocols import BuildMatchers, Matchers
from doorward.imagery.matching.search import Searchable
from doorward.lists import ListSnapshot, ListState, LiveList
from doorward.lists.loading import Prepare

_RELIABLE = (ListState.LIVE, ListState.EXPIRING)
_NEVER = datetime.max.replace(tzinfo=UTC)


class Lists(Protocol):
    """What is needed of `doorward.lists.Catalogue`."""

    def current(self) -> Mapping[str, LiveList]:
        """The lists in force: another mapping whenever one of them changed."""
        ...

    def subscribe(self, prepare: Prepare) -> None:
        """Have every list version shown before it comes into force."""
        ...

    def warnings(self) -> tuple[str, ...]:
        """What somebody must see to."""
        ...


@dataclass(frozen=True, slots=True)
class InForce:
    """The lists for a time: what can be searched, and which of them say nothing by their silence."""

    searchable: tuple[Searchable, ...]
    not_assessed: tuple[NotAssessed, ...]
    configured: frozenset[
        str
    ]  # `imagery:csam_known` for each code that can be relied upon, `imagery` for any
    versions: Mapping[str, str]  # by list


@dataclass(frozen=True, slots=True)
class _WorkedOut:
    """What was worked out from a mapping of lists, and the time for which it is so."""

    lists: Mapping[str, LiveList]
    since: datetime
    until: datetime
    in_force: InForce

    def holds(self, lists: Mapping[str, LiveList], now: datetime) -> bool:
        return self.lists is lists and self.since <= now < self.until


class KnownImagery:
    """Keeps matchers for every list version that the catalogue has open, and for the canary.

    `detector` is the name under which findings and `configured` speak.
    """

    def __init__(self, catalogue: Lists, build: BuildMatchers, detector: str) -> None:
        self._catalogue = catalogue
        self._build = build
        self._detector = detector
        # By the snapshot itself: its matchers go when the last to use it lets go of it.
        self._matchers: WeakKeyDictionary[ListSnapshot, Matchers] = WeakKeyDictionary()
        self._worked_out: _WorkedOut | None = None
        canary = canary_table()
        self._canary = Searchable(CANARY_DETAILS, CANARY_VERSION, canary, build(canary))
        catalogue.subscribe(self.prepare)

    def prepare(self, live: LiveList) -> None:
        """Build the matchers for a version that is about to come into force."""
        self._worked_out = None  # or it would keep the former version's files open until the next upload
        if live.snapshot is not None and live.snapshot not in self._matchers:
            self._matchers[live.snapshot] = self._build(live.snapshot)

    def in_force(self, now: datetime) -> InForce:
        """The lists at `now`. Raises `CatalogueNotLoaded` while it is not known which there are.

        Asked for every upload, and worked out only when a list changed or expired.
        """
        lists, worked_out = self._catalogue.current(), self._worked_out
        if worked_out is None or not worked_out.holds(lists, now):
            in_force = self._work_out(lists.values(), now)
            expiries = [live.details.expires_at for live in lists.values() if now < live.details.expires_at]
            until = min(expiries, default=_NEVER)
            worked_out = self._worked_out = _WorkedOut(lists, now, until, in_force)
        return worked_out.in_force

    def warnings(self, now: datetime) -> tuple[str, ...]:
        """What somebody should see to about the matchers; raises `CatalogueNotLoaded`."""
        found = (searched.matchers.warning for searched in self.in_force(now).searchable)
        return tuple(warning for warning in found if warning is not None)

    def _work_out(self, lists: Iterable[LiveList], now: datetime) -> InForce:
        lists = tuple(lists)
        opened = [self._searchable(live, live.snapshot) for live in lists if live.snapshot is not None]
        searchable = (self._canary, *opened)
        reliable = {Code.CANARY, *(live.details.code for live in lists if live.state(now) in _RELIABLE)}
        own = (self._detector,) if lists else ()
        return InForce(
            searchable=searchable,
            not_assessed=tuple(self._silent(live, now) for live in lists if live.state(now) not in _RELIABLE),
            configured=frozenset((*own, *(f"{self._detector}:{code}" for code in reliable))),
            versions=MappingProxyType({each.details.name: each.version for each in searchable}),
        )

    def _searchable(self, live: LiveList, snapshot: ListSnapshot) -> Searchable:
        matchers = self._matchers.get(snapshot)
        if matchers is None:
            matchers = self._matchers[snapshot] = self._build(snapshot)
        return Searchable(live.details, live.version, snapshot, matchers)

    def _silent(self, live: LiveList, now: datetime) -> NotAssessed:
        """An upload that matches nothing in such a list is not thereby cleared."""
        expired = live.state(now) is ListState.EXPIRED
        return NotAssessed(
            detector=self._detector,
            cause=Cause.LIST_EXPIRED if expired else Cause.LIST_UNREADABLE,
            reason=live.warning(now) or f"list {live.details.name!r} cannot be relied upon",
            list_name=live.details.name,
        )
