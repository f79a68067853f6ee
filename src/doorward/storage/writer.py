"""One writer thread with group commit, for a database that allows one writer."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")

GROUP_LIMIT = 128  # pieces of work in one commit; bounds what one failure makes run again


@dataclass(slots=True)
class _Piece:
    work: Callable[[Connection], Any]
    future: "Future[Any]"


class GroupCommitWriter:
    """Runs pieces of work in order on one thread and commits those that queue up together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Queue `work`; the future holds its result once it is committed."""
        if self._closed:
            raise RuntimeError("the database is closed")
        future: Future[T] = Future()
        self._queue.put(_Piece(work, future))
        return future

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            self._commit(group)

    def _next_group(self) -> list[_Piece] | None:
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        while len(group) < GROUP_LIMIT:
            try:
                piece = self._queue.get_nowait()
            except queue.Empty:
                break
            if piece is None:
                self._queue.put(None)  # finish this group, then see the end again
                break
            group.append(piece)
        return group

    def _commit(self, group: list[_Piece]) -> None:
        if len(group) == 1:
            self._commit_alone(group[0])
            return
        outcomes: list[tuple[Any, Exception | None]] = []
        try:
            with self._engine.begin() as connection:
                for piece in group:
                    outcomes.append(_in_savepoint(connection, piece.work))
        except Exception:  # the commit failed as a whole (disk full, lock lost): nothing of it happened
            for piece in group:
                self._commit_alone(piece)
            return
        for piece, (result, error) in zip(group, outcomes, strict=True):
            _resolve(piece.future, result, error)

    def _commit_alone(self, piece: _Piece) -> None:
        try:
            with self._engine.begin() as connection:
                result = piece.work(connection)
        except Exception as error:
            _resolve(piece.future, None, error)
        else:
            _resolve(piece.future, result, None)


def _in_savepoint(connection: Connection, work: Callable[[Connection], Any]) -> tuple[Any, Exception | None]:
    savepoint = connection.begin_nested()
    try:
        result = work(connection)
    except Exception as error:
        savepoint.rollback()  # raises where the whole transaction is gone, and the group is run singly
        return None, error
    savepoint.commit()
    return result, None


def _resolve(future: "Future[Any]", result: Any, error: Exception | None) -> None:
    if not future.set_running_or_notify_cancel():
        return  # the caller went away; the work is committed all the same
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
