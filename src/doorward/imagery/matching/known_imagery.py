"""All lists in force, ready to be searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from weakref import WeakKeyDictionary

from doorward.findings import Cause, Code, NotAssessed
from doorward.imagery.matching.builtin import CANARY_DETAILS, CANARY_VERSION, canary_table
from doorward.imagery.matching.exhaustive import exhaustive_matchers
from doorward.imagery.matching.protocols import BuildMatchers, Matchers
from doorward.imagery.matching.search import Searchable
from doorward.lists import ListSnapshot, ListState, LiveList
from doorward.lists.loading import Prepare

_RELIABLE = (ListState.LIVE, ListState.EXPIRING)


class Lists(Protocol):
    """What is needed of `doorward.lists.Catalogue`."""

    def current(self) -> Mapping[str, LiveList]:
        """The lists in force."""
        ...

    def subscribe(self, prepare: Prepare) -> None:
        """Have every list version shown before it comes into force."""
        ...

    def warnings(self) -> tuple[str, ...]:
        """What somebody must see to."""
        ...


@dataclass(frozen=True, slots=True)
class InForce:
    """The lists at one moment: what can be searched, and which of them say nothing by their silence."""

    searchable: tuple[Searchable, ...]
    not_assessed: tuple[NotAssessed, ...]
    reliable: frozenset[Code]


class KnownImagery:
    """Keeps matchers for every list version that the catalogue has open, and for the canary."""

    def __init__(self, catalogue: Lists, build: BuildMatchers = exhaustive_matchers) -> None:
        self._catalogue = catalogue
        self._build = build
        # By the snapshot itself: its matchers go when the last to use it lets go of it.
        self._matchers: WeakKeyDictionary[ListSnapshot, Matchers] = WeakKeyDictionary()
        canary = canary_table()
        self._canary = Searchable(CANARY_DETAILS, CANARY_VERSION, canary, build(canary))
        catalogue.subscribe(self.prepare)

    def prepare(self, live: LiveList) -> None:
        """Build the matchers for a version that is about to come into force."""
        if live.snapshot is not None and live.snapshot not in self._matchers:
            self._matchers[live.snapshot] = self._build(live.snapshot)

    def in_force(self, detector: str, now: datetime) -> InForce:
        """The lists at `now`. Raises `CatalogueNotLoaded` while it is not known which there are."""
        lists = tuple(self._catalogue.current().values())
        searchable = tuple(
            self._searchable(live, live.snapshot) for live in lists if live.snapshot is not None
        )
        silent = tuple(
            _not_assessed(live, detector, now) for live in lists if live.state(now) not in _RELIABLE
        )
        reliable = {live.details.code for live in lists if live.state(now) in _RELIABLE}
        return InForce((self._canary, *searchable), silent, frozenset((Code.CANARY, *reliable)))

    def has_lists(self) -> bool:
        """Is there a list, usable or not, besides the canary's?"""
        return bool(self._catalogue.current())

    def _searchable(self, live: LiveList, snapshot: ListSnapshot) -> Searchable:
        matchers = self._matchers.get(snapshot)
        if matchers is None:
            matchers = self._matchers[snapshot] = self._build(snapshot)
        return Searchable(live.details, live.version, snapshot, matchers)


def _not_assessed(live: LiveList, detector: str, now: datetime) -> NotAssessed:
    """An upload that matches nothing in such a list is not thereby cleared."""
    expired = live.state(now) is ListState.EXPIRED
    return NotAssessed(
        detector=detector,
        cause=Cause.LIST_EXPIRED if expired else Cause.LIST_UNREADABLE,
        reason=live.warning(now) or f"list {live.details.name!r} cannot be relied upon",
        list_name=live.details.name,
    )
