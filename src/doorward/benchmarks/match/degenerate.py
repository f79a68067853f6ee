"""Lists made to be slow, and lists like those of real pictures: nothing may cost much more than a scan.

Multi-index hashing lives from hashes that differ everywhere. Somebody who can put hashes on a list, or a
source whose pictures resemble each other, can make many entries share their chunks. The planner must then
notice, and at worst compare with every entry.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from doorward.benchmarks.match.data import HASH_BITS, HASH_BYTES, Hashes, balanced, flipped

_QUERIES = 40
_BALL_BITS = 12
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Degenerate:
    """A list, and series of queries that are meant to hurt."""

    name: str
    hashes: Hashes
    queries: Mapping[str, Hashes]


def degenerate_sets(entries: int, seed: int) -> Iterator[Degenerate]:
    """One after the other, since each takes the memory of a list."""
    for number, make in enumerate(_SETS):
        random = np.random.default_rng((seed, 2**33, number))
        yield make(random, entries)


def _one_ball(random: Random, entries: int) -> Degenerate:
    """A tenth of the list within 12 bits of one hash: a film's frames, or an attack."""
    centre = balanced(random, 1)
    inside = np.concatenate([_at_up_to(random, centre, max(1, entries // 10), _BALL_BITS)])
    hashes = np.concatenate([inside, balanced(random, entries - len(inside))])
    around = np.repeat(centre, _QUERIES, axis=0)
    queries = {
        "at 45 bits from the ball": flipped(random, around, 45),
        "at 60 bits from the ball": flipped(random, around, 60),
        "inside the ball": flipped(random, around[:5], 3),
        "far from it": balanced(random, _QUERIES),
    }
    return Degenerate("a tenth in one ball", _shuffled(random, hashes), queries)


def _many_balls(random: Random, entries: int) -> Degenerate:
    """Every hash has nineteen others near it: copies of the same pictures, listed by many reporters."""
    centres = balanced(random, max(1, entries // 20))
    hashes = _at_up_to(random, centres, entries, _BALL_BITS)
    queries = {
        "of a listed picture": flipped(random, centres[:_QUERIES], 6),
        "of another picture": balanced(random, _QUERIES),
    }
    return Degenerate("in balls of twenty", _shuffled(random, hashes), queries)


def _half_constant(share: float, name: str) -> Callable[[Random, int], Degenerate]:
    def make(random: Random, entries: int) -> Degenerate:
        hashes = balanced(random, entries)
        number = int(entries * share)
        hashes[:number, : HASH_BYTES // 2] = 0x5A
        queries = balanced(random, _QUERIES)
        alike = queries.copy()
        alike[:, : HASH_BYTES // 2] = 0x5A
        return Degenerate(
            name, _shuffled(random, hashes), {"with the same half": alike, "without it": queries}
        )

    return make


def _all_equal(random: Random, entries: int) -> Degenerate:
    one = balanced(random, 1)
    queries = {
        "the same": one.copy(),
        "at 31 bits": flipped(random, np.repeat(one, 5, axis=0), 31),
        "another": balanced(random, _QUERIES),
    }
    return Degenerate("all equal", np.repeat(one, entries, axis=0), queries)


def _at_up_to(random: Random, centres: Hashes, number: int, most_bits: int) -> Hashes:
    """So many hashes, each at up to `most_bits` from one of the centres."""
    hashes = centres[np.arange(number) % len(centres)]
    places = random.integers(0, HASH_BITS, (number, most_bits))
    rows = np.arange(number)
    for column in places.T:
        hashes[rows, column >> 3] ^= np.left_shift(1, column & 7).astype(np.uint8)
    return hashes


def _shuffled(random: Random, hashes: Hashes) -> Hashes:
    random.shuffle(hashes)
    return hashes


_SETS: tuple[Callable[[Random, int], Degenerate], ...] = (
    _one_ball,
    _many_balls,
    _half_constant(0.5, "half of them with 128 constant bits"),
    _half_constant(1.0, "all with 128 constant bits"),
    _all_equal,
)
