"""Uploads looked up in the lists: those that come while a look-up runs go together into the next one.

Beside the search itself, a look-up costs a turn in a thread and some calls, several times as much as the
search in most lists; those in one batch share them. But nobody should wait for company: a look-up starts
at once when none is running. So the batches grow by themselves with the load.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from doorward.imagery.matching.ranking import Ranked, rank
from doorward.imagery.matching.search import Matches, Searchable, Sight, search

_COMPARED_AT_ONCE = 50_000  # hashes compared on the event loop (some 0.1 ms); more go to a thread
_TOGETHER = 64  # look-ups in one batch, so that none waits long for the others' answers


@dataclass(frozen=True, slots=True)
class LookUpStats:
    """What was done since the process started. `look_ups / batches` says how far they came together."""

    look_ups: int
    batches: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    lists: Sequence[Searchable]
    sight: Sight
    answer: asyncio.Future[Ranked]


class LookUps:
    """Looks uploads up. To be used on one event loop at a time."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._runner: asyncio.Task[None] | None = None
        self._look_ups = 0
        self._batches = 0

    async def find(self, lists: Sequence[Searchable], sight: Sight) -> Ranked:
        """What `sight` matches in `lists`. Raises what looking it up raises; others are not touched by that."""
        self._look_ups += 1
        if _is_little(lists, sight):
            self._batches += 1
            return find_each([(lists, sight)])[0]
        waiting = _Waiting(lists, sight, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return await waiting.answer

    def stats(self) -> LookUpStats:
        """The counts."""
        return LookUpStats(self._look_ups, self._batches)

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
                if wanted := [each for each in batch if not each.answer.done()]:  # some may have given up
                    await self._answer(wanted)
        finally:
            self._runner = None

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        try:
            self._batches += 1
            found = await asyncio.to_thread(find_each, [(each.lists, each.sight) for each in batch])
        except Exception as error:
            await self._answer_apart(batch, error)
            return
        for waiting, ranked in zip(batch, found, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(ranked)

    async def _answer_apart(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """One of them cannot be looked up; find out which, and answer the others."""
        if len(batch) > 1:
            for each in batch:
                await self._answer([each])
        elif not batch[0].answer.done():
            batch[0].answer.set_exception(error)


def find_each(asked: Sequence[tuple[Sequence[Searchable], Sight]]) -> list[Ranked]:
    """What each of some uploads matches in its lists; every list is asked once for all who ask for it."""
    asking: dict[Searchable, list[int]] = {}
    for number, (lists, _) in enumerate(asked):
        for searched in lists:
            asking.setdefault(searched, []).append(number)
    found: list[list[tuple[Searchable, Matches]]] = [[] for _ in asked]
    for searched, numbers in asking.items():
        matches = search(searched, [asked[number][1] for number in numbers])
        for number, each in zip(numbers, matches, strict=True):
            found[number].append((searched, each))
    return [rank(each) for each in found]


def _is_little(lists: Sequence[Searchable], sight: Sight) -> bool:
    """Whether it takes less time than going to a thread and coming back."""
    return sum(searched.pdq_hashes for searched in lists) * len(sight.renderings) <= _COMPARED_AT_ONCE
