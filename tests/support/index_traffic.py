"""Readers and writers of one index at once, each reader comparing what it finds with what must be there.

Every id has a counter that its one writer raises before and after each change: odd while the change is
under way, 0 modulo 4 when the pair is not in the index, 2 modulo 4 when it is. A reader looks at the
counter before and after its query. If it is the same and even, the answer is certain.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from doorward.imagery.matcher import HammingIndex
from support.hashes import Hashes, near

TWINS = 2  # ids that share a hash
BATCH = 8
DIFFERENCES = [near(np.zeros(32, np.uint8), bits, seed=bits) for bits in range(32)]


@dataclass
class Traffic:
    """What runs, what it counted, and what went wrong."""

    index: HammingIndex
    hashes: Hashes  # hash number i belongs to the ids TWINS * i …
    counters: list[int]
    queries: int = 0
    changes: int = 0
    certain: int = 0
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, readers: int, writers: int, enough: Callable[["Traffic"], bool]) -> None:
        """Until it is `enough`, or something went wrong."""
        threads = [threading.Thread(target=self._guarded, args=(self._read, seed)) for seed in range(readers)]
        threads += [
            threading.Thread(target=self._guarded, args=(self._write, number, writers))
            for number in range(writers)
        ]
        threads.append(threading.Thread(target=self._guarded, args=(self._compact,)))
        for thread in threads:
            thread.start()
        while not self.wrong and not enough(self):
            self.stop.wait(0.02)
        self.stop.set()
        for thread in threads:
            thread.join()

    def _guarded(self, work: Callable[..., None], *arguments: int) -> None:
        try:
            work(*arguments)
        except Exception as error:
            self.wrong.append(repr(error))

    def _read(self, seed: int) -> None:
        dice = random.Random(seed)
        while not self.stop.is_set():
            numbers = [dice.randrange(len(self.hashes)) for _ in range(dice.choice([1, 1, BATCH]))]
            queries = self.hashes[numbers] ^ dice.choice(DIFFERENCES)
            before = [self._counters(number) for number in numbers]
            answers = self._ask(queries)
            for number, seen, answer in zip(numbers, before, answers, strict=True):
                self._compare(number, seen, answer)
            self.queries += len(numbers)

    def _ask(self, queries: Hashes) -> list[list[int]]:
        if len(queries) == 1:
            return [self.index.query(queries[0])[0].tolist()]
        offsets, ids, _ = self.index.query_batch(queries)
        return [ids[int(offsets[at]) : int(offsets[at + 1])].tolist() for at in range(len(queries))]

    def _counters(self, number: int) -> list[int]:
        return self.counters[TWINS * number : TWINS * (number + 1)]

    def _compare(self, number: int, before: list[int], answer: list[int]) -> None:
        after = self._counters(number)
        own = range(TWINS * number, TWINS * (number + 1))
        if sorted(set(answer) & set(own)) != answer:
            self.wrong.append(f"hash {number} is answered with {answer}")
        for id, first, last in zip(own, before, after, strict=True):
            if first == last and first % 2 == 0:
                self.certain += 1
                if (id in answer) != (first % 4 == 2):
                    self.wrong.append(f"id {id}, counter {first}, is answered with {answer}")

    def _write(self, number: int, writers: int) -> None:
        """Changes ids that no other writer changes: those whose hash has this number modulo `writers`."""
        dice = random.Random(-1 - number)
        own = [id for id in range(len(self.counters)) if id // TWINS % writers == number]
        changeable = [id for id in own if id // TWINS % 4]  # every fourth hash stays as it is
        while not self.stop.is_set():
            chosen = dice.sample(changeable, dice.choice([1, 5, 60]))
            absent = [id for id in chosen if self.counters[id] % 4 == 0]
            self._change(absent, lambda ids: self.index.add(self.hashes[np.array(ids) // TWINS], ids))
            self._change([id for id in chosen if id not in absent], self.index.remove)

    def _change(self, ids: list[int], change: Callable[[list[int]], int]) -> None:
        if not ids:
            return
        for id in ids:
            self.counters[id] += 1
        if change(ids) != len(ids):
            self.wrong.append(f"not all of {ids} were changed")
        for id in ids:
            self.counters[id] += 1
        self.changes += len(ids)

    def _compact(self) -> None:
        while not self.stop.wait(0.5):
            self.index.compact()
