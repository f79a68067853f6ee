"""One body on its way through the pool."""

import asyncio
import os
from dataclasses import dataclass, field

from doorward.detectors import Deadline
from doorward.imagery.decoding.answers import Decoded
from doorward.subjects import Body


@dataclass(slots=True, eq=False)
class Job:
    """Who waits for an answer, and the body that it is about.

    The job has a descriptor of its own: whoever asked may close the body at any moment, and the
    number of its descriptor would then belong to another upload's body. `exact` asks for hashes from all of
    the colours, whatever the limits say of luma.
    """

    number: int
    descriptor: int
    size: int
    deadline: Deadline
    asked_s: float
    exact: bool
    answer: "asyncio.Future[Decoded]" = field(repr=False)
    taken: bool = False

    @classmethod
    def of(cls, number: int, body: Body, deadline: Deadline, *, exact: bool = False) -> "Job":
        """A job about `body`. Belongs to the running loop."""
        answer: asyncio.Future[Decoded] = asyncio.get_running_loop().create_future()
        now_s = deadline.clock.monotonic_s()
        return cls(number, os.dup(body.fileno()), body.size, deadline, now_s, exact, answer)

    def take(self) -> bool:
        """A keeper takes the job over. False if nobody waits for its answer, or not a moment longer."""
        if self.answer.done() or not self.deadline.remaining_s():
            return False
        self.taken = True
        return True

    def resolve(self, decoded: Decoded) -> None:
        """Give the answer to whoever still waits for it."""
        if not self.answer.done():
            self.answer.set_result(decoded)

    def abandon(self) -> None:
        """Nobody waits any more. A keeper that has taken the job sees it and closes up itself."""
        self.answer.cancel()
        if not self.taken:
            self.close()

    def close(self) -> None:
        """Let go of the body."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
