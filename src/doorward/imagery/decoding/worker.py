"""The life of a worker process: one file at a time, until it is told that there are no more."""

import os
import resource
import socket
import sys
from typing import Any

from doorward.bodies import map_private
from doorward.findings import Cause
from doorward.imagery.decoding import channel
from doorward.imagery.decoding.answers import Decoded, Problem, to_json
from doorward.imagery.decoding.confinement import die_after
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.decoding.picture import look

# A fresh worker costs some 15 ms. After so many files that is nothing, and whatever a decoder
# library has leaked or a hostile file has twisted goes with the old one.
JOBS_IN_A_LIFE = 1_000
# What a worker may hold between files: twice what the allocator keeps for the next (`nursery`). More than
# that is a leak, and ends the worker's life early.
RESIDENT_BYTES_AT_REST = 1024 * 1024 * 1024
_GRACE_S = 1.0


def serve(connection: socket.socket) -> None:
    """Say `{"ready": pid}`; then answer requests `{"job", "size", "limits"}`, each with the body's
    descriptor, with `Decoded`s.

    An answer repeats the job's number, so that it cannot be taken for another's, and says
    `"last": true` when the worker retires after it.
    """
    channel.send(connection, {"ready": os.getpid()})
    for served in range(1, JOBS_IN_A_LIFE + 1):
        received = channel.receive(connection)
        if received is None:
            return
        request, descriptor = received
        answer = _answer(request, descriptor)
        last = served == JOBS_IN_A_LIFE or resident_bytes() > RESIDENT_BYTES_AT_REST
        channel.send(connection, {"job": request["job"], "last": last, "decoded": to_json(answer)})
        if last:
            return


def _answer(request: dict[str, Any], descriptor: int | None) -> Decoded:
    limits = Limits(**request["limits"])
    if descriptor is None:
        return Decoded(problems=(Problem(Cause.FAILED, "The body got lost.", retry=True),))
    die_after(limits.time_s + _GRACE_S)
    try:
        return _look_at(descriptor, int(request["size"]), limits)
    finally:
        die_after(0)


def _look_at(descriptor: int, size: int, limits: Limits) -> Decoded:
    try:
        mapped = map_private(descriptor, size)
    finally:
        os.close(descriptor)
    # Not closed by hand: Pillow may still hold a view; the map goes with the last of them.
    return look(memoryview(mapped), limits)


def resident_bytes() -> int:
    """Memory that this process holds at the moment (elsewhere than on Linux: the most it ever held)."""
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
