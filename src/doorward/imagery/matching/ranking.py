"""Which matches are named when there are more than anyone would read."""

from collections.abc import Sequence
from dataclasses import dataclass

from doorward.imagery.matching.search import Match, Matches, Searchable

MAX_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Ranked:
    """The matches that become findings, best first, and how many more entries matched.

    `doubtful`: somewhere an inexact rendering lies so near that an exact one is needed.
    """

    named: tuple[tuple[Searchable, Match], ...]
    unnamed: int
    doubtful: bool = False


def rank(found: Sequence[tuple[Searchable, Matches]]) -> Ranked:
    """Digests before distances, near before far; but the best match of every list is always named.

    Otherwise a list that matches in hundreds could crowd out the one match that decides.
    """
    pairs = [(searched, match, place) for searched, each in found for place, match in enumerate(each.best)]
    pairs.sort(key=lambda pair: (_bits(pair[1]), pair[0].details.name, pair[2]))
    firsts = [pair for pair in pairs if pair[2] == 0]
    others = [pair for pair in pairs if pair[2] > 0][: max(0, MAX_FINDINGS - len(firsts))]
    named = sorted((*firsts, *others), key=lambda pair: (_bits(pair[1]), pair[0].details.name, pair[2]))
    total = sum(each.entries for _, each in found)
    return Ranked(
        named=tuple((searched, match) for searched, match, _ in named),
        unnamed=total - len(named),
        doubtful=any(each.doubtful for _, each in found),
    )


def _bits(match: Match) -> int:
    return -1 if match.distance_bits is None else match.distance_bits
