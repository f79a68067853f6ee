"""One writer thread with group commit, for a database that allows one writer."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from doorward.storage.errors import DatabaseUnavailable

T = TypeVar("T")

GROUP_LIMIT = 128  # pieces of work in one commit; bounds what one failure makes run again


@dataclass(frozen=True, slots=True)
class _Piece:
    work: Callable[[Connection], Any]
    future: "Future[Any]"

    def settle(self, outcome: "_Outcome") -> None:
        """Tell the caller."""
        if outcome.error is None:
            self.future.set_result(outcome.result)
        else:
            self.future.set_exception(outcome.error)


@dataclass(frozen=True, slots=True)
class _Outcome:
    result: Any = None
    error: BaseException | None = None


class _NotBegun(Exception):
    """No transaction could be begun, so there is no use in trying the next piece either."""


class GroupCommitWriter:
    """Runs pieces of work in order on one thread and commits those that queue up together.

    Every future is settled, whatever happens: with the result after the commit, with what the work
    raised, or with why there was no commit. A piece cancelled before its turn is not run.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._closing = threading.Lock()  # so that nothing is queued behind the end
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Queue `work`; the future holds its result once it is committed."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("work asked for another transaction inside its own; use the connection it has")
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise DatabaseUnavailable("the database is closed: this process is ending")
            self._queue.put(_Piece(work, future))
        return future

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            group, open_ = self._next_group()
            self._commit([piece for piece in group if piece.future.set_running_or_notify_cancel()])

    def _next_group(self) -> tuple[list[_Piece], bool]:
        """What has queued up, at least one piece, and whether more may come."""
        group: list[_Piece] = []
        piece = self._queue.get()
        while piece is not None:
            group.append(piece)
            if len(group) == GROUP_LIMIT or self._queue.empty():
                return group, True
            piece = self._queue.get()
        return group, False

    def _commit(self, group: Sequence[_Piece]) -> None:
        try:
            outcomes = self._together(group) if len(group) > 1 else None
            for number, piece in enumerate(group):
                piece.settle(outcomes[number] if outcomes is not None else self._alone(piece))
        except BaseException as error:  # no caller may wait for ever
            cause = error.__cause__ if isinstance(error, _NotBegun) else error
            for piece in group:
                if not piece.future.done():
                    piece.settle(_Outcome(error=cause))

    def _together(self, group: Sequence[_Piece]) -> list[_Outcome] | None:
        """The outcomes of all pieces after one commit; `None` where nothing of it happened.

        That is so when the commit failed, or one piece's trouble ended the transaction for all (a
        full disk does). Then each is run alone, and those that can succeed do.
        """
        with _transaction(self._engine) as connection:
            try:
                outcomes = [_in_savepoint(connection, piece.work) for piece in group]
                connection.commit()
            except BaseException:
                return None
            return outcomes

    def _alone(self, piece: _Piece) -> _Outcome:
        with _transaction(self._engine) as connection:
            try:
                result = piece.work(connection)
                connection.commit()
            except BaseException as error:
                return _Outcome(error=error)
            return _Outcome(result)


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    """A connection with a transaction begun; what is not committed at the end is rolled back."""
    try:
        connection = engine.connect()
    except Exception as error:
        raise _NotBegun from error
    with connection:
        try:
            connection.begin()
        except Exception as error:
            raise _NotBegun from error
        yield connection


def _in_savepoint(connection: Connection, work: Callable[[Connection], Any]) -> _Outcome:
    savepoint = connection.begin_nested()
    try:
        result = work(connection)
    except BaseException as error:
        savepoint.rollback()  # raises where the whole transaction is gone, and each is run alone
        return _Outcome(error=error)
    savepoint.commit()
    return _Outcome(result)
