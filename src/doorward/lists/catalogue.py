"""The lists in force, kept current in a running server without a moment without a list."""

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import structlog

from doorward.clock import Clock
from doorward.lists.errors import ListError
from doorward.lists.live import ListState, LiveList
from doorward.lists.loading import Loader, Prepare
from doorward.lists.records import current_versions
from doorward.settings import ListSettings
from doorward.storage import Database, DatabaseUnavailable

__all__ = ["Catalogue", "CatalogueNotLoaded", "ListState", "LiveList", "Prepare"]

_ATTEMPTS = 3  # at opening a set of versions that is being replaced meanwhile

_log = structlog.get_logger("doorward.lists")


class CatalogueNotLoaded(ListError):
    """Nobody knows yet which lists there are, which must not be taken for "none"."""


class Catalogue:
    """Which lists are in force, as the database says, each mapped into memory and verified.

    `current()` may be called by any number of threads while `refresh()` replaces what it returns.
    """

    def __init__(self, database: Database, directory: Path, clock: Clock, settings: ListSettings) -> None:
        self._database = database
        self._clock = clock
        self._poll_s = settings.poll_s
        self._loader = Loader(directory, clock, settings.warn_days)
        self._current: Mapping[str, LiveList] | None = None
        self._problem: str | None = None
        self._refreshing = threading.Lock()

    def current(self) -> Mapping[str, LiveList]:
        """Every list by name, an immutable mapping; raises `CatalogueNotLoaded` before the first refresh."""
        if self._current is None:
            raise CatalogueNotLoaded("the lists have not been loaded yet. Wait for the first refresh.")
        return self._current

    def subscribe(self, prepare: Prepare) -> None:
        """Have `prepare` called with every list that is open, now, and with each later version before
        it comes into force.
        """
        with self._refreshing:
            self._loader.subscribe(prepare)

    def refresh(self) -> None:
        """Bring `current()` up to date. Blocks: call it in a thread.

        While the database is away everything stays as it is, and `warnings` says so; it raises
        `DatabaseUnavailable` only where nothing was ever loaded.
        """
        with self._refreshing:
            try:
                self._load()
            except Exception as error:
                self._problem = str(error)
                if self._current is None or not isinstance(error, DatabaseUnavailable):
                    raise
            else:
                self._problem = None

    async def run(self, stop: asyncio.Event) -> None:
        """Refresh again and again until `stop`; whatever changes in the warnings is logged."""
        told: frozenset[str] = frozenset()
        while not stop.is_set():
            try:
                await asyncio.to_thread(self.refresh)
            except Exception as error:  # a poll that fails must not end the polling
                _log.error("the lists could not be refreshed", error=str(error))
            warnings = frozenset(self.warnings())
            for warning in sorted(warnings - told):
                _log.warning(warning)
            told = warnings
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._poll_s)

    def warnings(self) -> tuple[str, ...]:
        """What somebody must see to, in words: lists that expire or cannot be read, an absent database."""
        now = self._clock.now()
        found = [live.warning(now) for live in (self._current or {}).values()]
        if self._problem is not None:
            found.append(f"the lists are not kept current: {self._problem}")
        return tuple(warning for warning in found if warning is not None)

    def _load(self) -> None:
        wanted = self._database.read(current_versions)
        for _ in range(_ATTEMPTS):
            loaded = {version.details.name: self._loader.load(version) for version in wanted}
            newest = self._database.read(current_versions)
            if newest == wanted:
                break
            wanted = newest  # a file may have gone while it was to be opened, because a newer one came
        self._current = MappingProxyType(loaded)
        self._loader.forget_all_but(loaded)
