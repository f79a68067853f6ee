"""What callers pass, checked and in the form that the kernels take."""

import operator
from collections.abc import Iterable

import numpy as np

from doorward.imagery.matcher.layout import HASH_BITS, HASH_BYTES, MAX_ROWS
from doorward.imagery.matcher.tables import Bytes, Ids

_IDS = "ids must be whole numbers from 0 to 2^64 - 1, in one dimension"


def as_hash(hash: bytes | Bytes) -> Bytes:
    """One hash as `uint8[32]`; raises `ValueError` where it is not 32 bytes."""
    array = np.frombuffer(hash, np.uint8) if isinstance(hash, bytes) else hash
    if array.shape != (HASH_BYTES,) or array.dtype != np.uint8:
        raise ValueError(f"a hash has {HASH_BYTES} bytes; {array.dtype}{array.shape} was given")
    return np.ascontiguousarray(array)


def as_hashes(hashes: Bytes) -> Bytes:
    """Hashes as `uint8[n, 32]`; raises `ValueError` where they are not that."""
    if hashes.ndim != 2 or hashes.shape[1] != HASH_BYTES or hashes.dtype != np.uint8:
        raise ValueError(f"hashes must be uint8[n, {HASH_BYTES}]; {hashes.dtype}{hashes.shape} was given")
    return np.ascontiguousarray(hashes)


def as_radius(radius: int) -> int:
    """A radius in bits; raises `ValueError` where there is none such."""
    if not 0 <= radius <= HASH_BITS:
        raise ValueError(f"a radius is 0 to {HASH_BITS} bits; {radius} was given")
    return radius


def as_ids(ids: Ids | Iterable[int]) -> Ids:
    """`ids` as `uint64[n]`; raises `ValueError` where they are not that."""
    if not isinstance(ids, np.ndarray):
        return _from_numbers(ids)
    signed = ids.dtype.kind == "i"
    if ids.ndim != 1 or not (signed or ids.dtype.kind == "u") or (signed and bool((ids < 0).any())):
        raise ValueError(f"{_IDS}; {ids.dtype}{ids.shape} was given")
    return np.ascontiguousarray(ids, np.uint64)


def _from_numbers(ids: Iterable[int]) -> Ids:
    """One by one: NumPy makes floating-point numbers of a list with large and small ones."""
    try:
        return np.array([operator.index(each) for each in ids], np.uint64)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"{_IDS} ({error})") from error


def check_lengths(hashes: Bytes, ids: Ids) -> None:
    """Raise `ValueError` where there is not one id for each hash, or more than an index holds."""
    if len(hashes) != len(ids):
        raise ValueError(f"there are {len(hashes)} hashes and {len(ids)} ids; each hash needs one id")
    if len(hashes) > MAX_ROWS:
        raise ValueError(f"an index holds {MAX_ROWS} hashes, not {len(hashes)}")
