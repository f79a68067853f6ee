"""Published versions into lists that can be used."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from doorward.clock import Clock
from doorward.lists.errors import ListError
from doorward.lists.live import LiveList, open_version
from doorward.lists.records import Version

Prepare = Callable[[LiveList], None]
"""Called with a list before it comes into force, on the refreshing thread; may take its time.

If it raises, the version counts as unreadable and the former one stays.
"""

RETRY_S = 10.0  # before a version that could not be used is read again


@dataclass(frozen=True, slots=True)
class _Failure:
    version: str
    outcome: LiveList
    retry_at_s: float

    def holds_for(self, version: Version, now_s: float) -> bool:
        return self.version == version.version and now_s < self.retry_at_s


class Loader:
    """Opens, verifies and prepares versions; remembers what it opened, and what it could not."""

    def __init__(self, directory: Path, clock: Clock, warn_days: int) -> None:
        self._directory = directory
        self._clock = clock
        self._warn_days = warn_days
        self._subscribers: tuple[Prepare, ...] = ()
        self._good: dict[str, LiveList] = {}
        self._failures: dict[str, _Failure] = {}

    def subscribe(self, prepare: Prepare) -> None:
        """Have `prepare` called with every list that is open, now, and with each later version."""
        for live in self._good.values():
            prepare(live)
        self._subscribers += (prepare,)

    def load(self, version: Version) -> LiveList:
        """The list in this version, or the word that it cannot be used. Never raises for a bad file."""
        name = version.details.name
        good, failure = self._good.get(name), self._failures.get(name)
        if good is not None and good.version == version.version:
            self._failures.pop(name, None)
            return good
        if failure is not None and failure.holds_for(version, self._clock.monotonic_s()):
            return failure.outcome
        try:
            live = self._open(version)
        except Exception as error:  # whatever it is, the list is not to vanish over it
            return self._failed(version, good, error)
        self._good[name] = live
        self._failures.pop(name, None)
        return live

    def forget_all_but(self, names: Iterable[str]) -> None:
        """Let go of lists that are no longer in force."""
        for name in (self._good.keys() | self._failures.keys()) - set(names):
            self._good.pop(name, None)
            self._failures.pop(name, None)

    def _open(self, version: Version) -> LiveList:
        snapshot = open_version(self._directory, version)
        snapshot.verify()
        live = LiveList(version.details, version.version, snapshot, warn_days=self._warn_days)
        for prepare in self._subscribers:
            prepare(live)
        return live

    def _failed(self, version: Version, good: LiveList | None, error: Exception) -> LiveList:
        reason = str(error) if isinstance(error, ListError) else f"{type(error).__name__}: {error}"
        if good is None:
            outcome = LiveList(version.details, version.version, None, reason, self._warn_days)
        else:
            outcome = good.failing(
                f"version {version.version} cannot be used, so version {good.version} stays open: {reason}"
            )
        retry_at_s = self._clock.monotonic_s() + RETRY_S
        self._failures[version.details.name] = _Failure(version.version, outcome, retry_at_s)
        return outcome
