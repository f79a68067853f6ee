"""When the database does not do what it was asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

# What the caller did wrong passes through as it is; all else is the database's trouble.
_CALLERS_MISTAKES = (DataError, IntegrityError, NotSupportedError, ProgrammingError)

_HINTS = (
    ("locked", "Another program holds it; wait, or end that program."),
    ("full", "Make room on its disk."),
    ("no space", "Make room on its disk."),
    ("readonly", "Check the owner and mode of its file and directory."),
    ("read-only", "The server takes no writes: connect to the primary."),
    ("unable to open", "Check that its directory exists, and owner and mode."),
    ("malformed", "Its file is damaged: restore the backup."),
    ("not a database", "Its file is damaged, or is something else: restore the backup."),
    ("connect", "Check that the server runs, and `database.url`."),
)


class DatabaseUnavailable(Exception):
    """The database did not answer, or could not be written.

    What was to be done was not done, with one exception: where the connection to PostgreSQL broke
    during the commit itself, nobody on this side can know.
    """


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn the drivers' errors into `DatabaseUnavailable`; a caller's own mistakes pass."""
    try:
        yield
    except _CALLERS_MISTAKES:
        raise
    except (DBAPIError, PoolTimeout) as error:
        raise DatabaseUnavailable(_explain(url, error)) from error


def _explain(url: URL, error: DBAPIError | PoolTimeout) -> str:
    cause = str(error.orig if isinstance(error, DBAPIError) else error)
    name = url.render_as_string(hide_password=True)
    hint = next((hint for sign, hint in _HINTS if sign in cause.lower()), "")
    return f"the database {name} could not be used: {' '.join(cause.split())}. {hint}".rstrip()
