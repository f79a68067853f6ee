"""Removal from native tables: by id, by pair, and while other threads search."""

import threading

import numpy as np

from imagery.matcher.segments import as_pairs, brute_force, random_hashes, segment_of, turned

RANDOM = np.random.default_rng(41)


def test_removing_ids_removes_every_pair_that_has_one_of_them() -> None:
    hashes = random_hashes(200, RANDOM)[RANDOM.integers(0, 200, 400)]
    hashes = np.unique(hashes, axis=0).repeat(3, axis=0)
    ids = RANDOM.permutation(len(hashes)).astype(np.uint64) // np.uint64(2)
    tables = segment_of(hashes, ids).tables()
    gone = np.arange(0, 150, 7, dtype=np.uint64)
    assert tables.remove(gone) == np.isin(ids, gone).sum()
    assert tables.remove(gone) == 0
    left = ~np.isin(ids, gone)
    assert tables.live().sum() == left.sum()
    for query in hashes[::17]:
        assert as_pairs(tables.search(query, 40)) == brute_force(hashes[left], ids[left], query, 40)


def test_removing_a_pair_leaves_the_other_ids_of_the_hash_and_the_other_hashes_of_the_id() -> None:
    first, second = random_hashes(2, RANDOM)
    hashes = np.array([first, first, second])
    tables = segment_of(hashes, np.array([1, 2, 1], np.uint64)).tables()
    assert tables.remove_pairs(hashes[:1], np.array([1], np.uint64)) == 1
    assert tables.remove_pairs(hashes[:1], np.array([1], np.uint64)) == 0
    assert tables.remove_pairs(hashes[:1], np.array([9], np.uint64)) == 0
    assert as_pairs(tables.search(first, 0)) == [(0, 2)]
    assert as_pairs(tables.search(second, 0)) == [(0, 1)]
    assert not tables.has(first, 1)
    assert tables.has(first, 2)
    assert tables.has(second, 1)


def test_readers_see_every_removal_as_before_it_or_after_it() -> None:
    """What a reader has once missed never comes back; what nobody removes never goes."""
    centre = random_hashes(1, RANDOM)[0]
    near = np.array([turned(centre, 1 + i % 25, RANDOM) for i in range(2_000)])
    hashes = np.concatenate([near, random_hashes(20_000, RANDOM)])
    tables = segment_of(hashes).tables()
    removed = np.arange(0, 2_000, 2, dtype=np.uint64)
    stays, done = set(range(1, 2_000, 2)), threading.Event()
    faults: list[str] = []

    def read() -> None:
        before: set[int] = set(range(2_000))
        while True:
            last = done.is_set()
            found = set(tables.search(centre, 31)[0].tolist())
            if not found <= before:
                faults.append("a removed pair came back")
            if not stays <= found:
                faults.append("a pair went that nobody removed")
            before = found
            if last:
                break
        if before != stays:
            faults.append("a removal was not seen after it was done")

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    assert sum(tables.remove(removed[i : i + 1]) for i in range(len(removed))) == len(removed)
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
