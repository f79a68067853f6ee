"""The data directory: what belongs in it, and the lock that keeps it to one server."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_FILE = "server.lock"


class DataDirectoryError(Exception):
    """The data directory cannot be used; the message says why and how to mend it."""


class DataDirectoryInUse(DataDirectoryError):
    """Another server works in this data directory."""


@contextmanager
def server_lock(directory: Path) -> Iterator[None]:
    """Hold the data directory for one server. The kernel drops the lock however the process ends.

    Raises `DataDirectoryInUse`, naming the process that has it, and `DataDirectoryError` where the
    directory cannot be written.
    """
    path = directory / LOCK_FILE
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataDirectoryError(_unwritable(directory, error)) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
            raise DataDirectoryInUse(
                f"{directory} is in use by another server (process {holder}). Stop that one, or give this "
                "one a data directory of its own; for more throughput use `doorward serve --workers N`."
            ) from None
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            raise DataDirectoryError(_unwritable(directory, error)) from error
        yield
    finally:
        os.close(descriptor)


def require_writable(directory: Path) -> None:
    """Raise `DataDirectoryError` unless files can be made in `directory`."""
    probe = directory / f".probe-{os.getpid()}"
    try:
        with probe.open("wb") as file:
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DataDirectoryError(_unwritable(directory, error)) from error
    finally:
        probe.unlink(missing_ok=True)


def _unwritable(directory: Path, error: OSError) -> str:
    return (
        f"{directory} cannot be written: {error.strerror}. Check its owner and mode, that its file system "
        "is mounted read-write and not full, or name another directory with --data."
    )
