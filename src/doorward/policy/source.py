"""The policy file of a running server: read again when it changes, kept when the new one is broken."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from doorward.clock import Clock
from doorward.policy.load import load_policy
from doorward.policy.problems import PolicyError, Problem, errors
from doorward.policy.rules import Policy


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What changes with a file's contents."""

    inode: int
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class _Refused:
    """A changed file that could not be taken, and since when."""

    problems: tuple[Problem, ...]
    since: datetime


class PolicyFile:
    """The policy in force. `refresh` is called every second or so, from one thread."""

    def __init__(self, path: Path, clock: Clock, known_lists: frozenset[str] = frozenset()) -> None:
        """Read `path` now. Raises `PolicyError`: without a policy there is no server."""
        self._path = path
        self._clock = clock
        self._stamp = _stamp(path)
        self._settling: _Stamp | None = None
        self._refused: _Refused | None = None
        self._known_lists = known_lists
        self._policy = load_policy(path, known_lists)

    def current(self) -> Policy:
        """The policy in force."""
        return self._policy

    def refresh(self, known_lists: frozenset[str] = frozenset()) -> bool:
        """Take a changed file; whether another policy is in force now.

        A file is taken when two calls in a row see it alike: an editor may be writing it, and the
        first half of a policy can be a valid policy that allows more. Where the lists have changed,
        the same file is checked again, since its warnings name them.
        """
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            self._settling = None
            return known_lists != self._known_lists and self._take(known_lists)
        if stamp is not None and stamp != self._settling:
            self._settling = stamp
            return False
        self._stamp, self._settling = stamp, None
        return self._take(known_lists)

    def warnings(self) -> tuple[str, ...]:
        """For people: that a changed file was refused and why, and the doubts about the one in force."""
        doubts = tuple(str(problem) for problem in self._policy.warnings)
        if self._refused is None:
            return doubts
        since = self._refused.since.isoformat(timespec="seconds")
        reasons = "; ".join(f"line {problem.line}: {problem.message}" for problem in self._refused.problems)
        kept = (
            f"policy {self._policy.version} stays in force: the file was changed (seen {since}) and is broken"
        )
        return (f"{kept}: {reasons}", *doubts)

    def _take(self, known_lists: frozenset[str]) -> bool:
        self._known_lists = known_lists
        try:
            policy = load_policy(self._path, known_lists)
        except PolicyError as error:
            self._refused = _Refused(errors(error.problems), self._clock.now())
            return False
        changed = policy.version != self._policy.version
        self._policy, self._refused = policy, None
        return changed


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return _Stamp(status.st_ino, status.st_size, status.st_mtime_ns)
