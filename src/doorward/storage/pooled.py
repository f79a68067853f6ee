"""Writing where many may write at once."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

_ROLLED_BACK_BY_SERVER = {"40001", "40P01"}  # serialization failure, deadlock: "try again"


def write_pooled(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Run `work` in one transaction; once more where it certainly did not happen and may do better.

    That is before the commit only: a connection lost earlier, or a deadlock, rolled everything back.
    A connection that breaks during the commit leaves open whether it happened, and is not tried again.
    """
    try:
        return _attempt(engine, work)
    except _MayDoBetter:
        pass
    try:
        return _attempt(engine, work)
    except _MayDoBetter as error:
        raise error.cause from error


class _MayDoBetter(Exception):
    def __init__(self, cause: DBAPIError) -> None:
        self.cause = cause


def _attempt(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            result = work(connection)
        except DBAPIError as error:
            transaction.rollback()
            if error.connection_invalidated or _sqlstate(error) in _ROLLED_BACK_BY_SERVER:
                raise _MayDoBetter(error) from error
            raise
        except BaseException:
            transaction.rollback()
            raise
        transaction.commit()
        return result


def _sqlstate(error: DBAPIError) -> str | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state
