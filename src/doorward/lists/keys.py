"""Ids compared by the million, without a Python object for each."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from doorward.lists.texts import Texts

KEY_BYTES = 16
Keys = NDArray[np.bytes_]


def keys_of(texts: Texts) -> Keys:
    """A 128-bit BLAKE2b digest of each text, as `S16[n]`: equal keys are equal texts.

    A digest and not Python's 64-bit `hash`, because then a list's author could make two ids collide
    and have one entry pass for another.
    """
    block = bytearray()
    blake2b = hashlib.blake2b
    for raw in texts.raws():
        block += blake2b(raw, digest_size=KEY_BYTES).digest()
    return np.frombuffer(block, f"S{KEY_BYTES}")


def repeats(keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where keys occur again: for each later place, in order, the place where the key came first.

    Returns (first, later), both `int64[r]`.
    """
    order = np.argsort(keys, kind="stable")
    again = np.zeros(len(keys), bool)
    again[1:] = keys[order][1:] == keys[order][:-1]
    group = np.maximum.accumulate(np.where(again, 0, np.arange(len(keys))))
    later = order[again]
    first = order[group[again]]
    in_order = np.argsort(later)
    return first[in_order], later[in_order]


def pairs(former: Keys, latter: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the keys that both have: (places in `former`, places in `latter`)."""
    _, in_former, in_latter = np.intersect1d(former, latter, assume_unique=True, return_indices=True)
    in_order = np.argsort(in_former)  # what is near each other in memory is then looked at together
    return in_former[in_order], in_latter[in_order]
