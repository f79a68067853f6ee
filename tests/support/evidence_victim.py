"""Processes that preserve one item and kill themselves at the step they are told.

Started as a program it reads requests, one JSON array `[url, folder, step]` a line, forks a victim for
each (warm: importing takes longer than everything else) and answers with how the victim ended.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from doorward.evidence import MasterKey, Spool, Vault, sealing, vault
from doorward.evidence.shelves import Shelves
from doorward.storage import open_database
from support.custody import Custodian

DATA = b"a harmless text" * 50_000


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives this")


def _dying_after(function: Callable[..., Any]) -> Callable[..., NoReturn]:
    def run(*arguments: Any, **options: Any) -> NoReturn:
        function(*arguments, **options)
        _die()

    return run


def _dying_at_the_third_write(write: Callable[[int, bytes], int]) -> Callable[[int, bytes], int]:
    left = iter(range(2))

    def run(descriptor: int, data: bytes) -> int:
        return _die() if next(left, None) is None else write(descriptor, data)

    return run


def _set_the_trap(step: str) -> None:
    if step == "half encrypted":
        sealing.os.write = _dying_at_the_third_write(os.write)  # type: ignore[attr-defined]
    elif step == "encrypted":
        vault.seal = _dying_after(vault.seal)  # type: ignore[attr-defined]
    elif step == "moved":
        Shelves.take_in = _dying_after(Shelves.take_in)  # type: ignore[method-assign]
    elif step == "in the transaction":
        Vault.record = _dying_after(Vault.record)  # type: ignore[method-assign]


def preserve(url: str, folder: Path, step: str) -> NoReturn:
    """Preserve `DATA` as far as `step`."""
    evidence = folder / "evidence"
    keeper = Custodian(
        Vault(evidence, MasterKey.load(folder / "master.key")),
        Spool(evidence / "spool", 16 * 1024 * 1024),
        open_database(url),
        datetime.now(UTC),
    )
    _set_the_trap(step)
    if step == "reserved":
        keeper.spool.reserve(len(DATA))
        _die()
    stored = keeper.store(DATA)
    if step == "stored":
        _die()
    keeper.record(stored)
    if step == "committed":
        _die()
    keeper.vault.keep(stored)
    _die()


def main() -> None:
    """Serve requests until the input ends."""
    for line in sys.stdin:
        url, folder, step = json.loads(line)
        victim = os.fork()
        if victim == 0:
            preserve(url, Path(folder), step)
        print(os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
