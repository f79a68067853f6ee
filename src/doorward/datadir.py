"""The data directory: what belongs in it, and the lock that keeps it to one server."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

DATA_VARIABLE = "DOORWARD_DATA"  # names the data directory where no option does
LOCK_FILE = "server.lock"
NODE_FILE = "node.id"


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


def node_id(directory: Path) -> str:
    """This installation's own name among those that share its database; made by whoever asks first.

    The runs of a node's servers begin with it, so that a server that holds the node's lock knows
    which earlier runs are dead.
    """
    path = directory / NODE_FILE
    with suppress(FileNotFoundError):
        return path.read_text("ascii").strip()
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(secrets.token_hex(6) + "\n", "ascii")
    with suppress(FileExistsError):
        os.link(draft, path)  # whoever comes first names the node
    draft.unlink()
    return path.read_text("ascii").strip()


def new_run_id(directory: Path) -> str:
    """The name of one run of one server process, `r_NODE_…`."""
    return f"{run_prefix(directory)}{secrets.token_hex(8)}"


def run_prefix(directory: Path) -> str:
    """How the names of all runs of this node begin."""
    return f"r_{node_id(directory)}_"


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
