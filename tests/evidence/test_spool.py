"""Disk space reserved before a body is accepted."""

import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.evidence import EvidenceUnwritable, Reservation, Spool
from doorward.evidence.sealing import sealed_size
from doorward.evidence.spool import SMALLEST_BYTES, allocate_blocks, size_class

KIB = 1024
MIB = 1024 * KIB


def _reserve(spool: Spool, size: int) -> Reservation:
    reservation = spool.reserve(size)
    assert reservation is not None
    return reservation


def _full_disk(_descriptor: int, _size: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_reserved_space_is_really_allocated_on_disk(spool: Spool) -> None:
    path = _reserve(spool, 3 * MIB).take()

    assert path.stat().st_blocks * 512 >= 3 * MIB
    assert path.stat().st_mode & 0o777 == 0o600


def test_released_space_is_used_again_without_touching_the_disk(evidence_dir: Path) -> None:
    allocations: list[int] = []

    def count(descriptor: int, size: int) -> None:
        allocations.append(size)
        allocate_blocks(descriptor, size)

    spool = Spool(evidence_dir / "spool", 16 * MIB, allocate=count)
    for _ in range(50):
        _reserve(spool, MIB).release()

    assert allocations == [2 * MIB]
    spool.close()


def test_beyond_the_budget_there_is_no_reservation(spool: Spool) -> None:
    held = [_reserve(spool, 3 * MIB) for _ in range(4)]

    assert spool.reserve(1) is None
    assert spool.stats().refused == 1
    held[0].release()
    assert spool.reserve(1) is not None


def test_a_body_larger_than_the_budget_is_refused_at_once(spool: Spool) -> None:
    assert spool.reserve(17 * MIB) is None
    assert spool.stats().idle_bytes == 0


def test_without_a_budget_nothing_is_reserved(evidence_dir: Path) -> None:
    spool = Spool(evidence_dir / "spool", 0)

    assert spool.reserve(0) is None
    spool.close()


def test_releasing_twice_gives_the_space_back_once(spool: Spool) -> None:
    reservation = _reserve(spool, MIB)
    reservation.release()
    reservation.release()

    first, second = _reserve(spool, MIB), _reserve(spool, MIB)

    assert first.take() != second.take()


def test_a_reservation_that_was_taken_cannot_be_taken_again(spool: Spool) -> None:
    reservation = _reserve(spool, MIB)
    reservation.take()

    with pytest.raises(ValueError, match="used already"):
        reservation.take()


def test_taken_space_no_longer_counts_and_release_leaves_it_alone(spool: Spool) -> None:
    reservation = _reserve(spool, 7 * MIB)
    path = reservation.take()
    reservation.release()

    assert path.exists()
    assert spool.stats().reserved_bytes == 0
    _reserve(spool, 15 * MIB - KIB)


def test_idle_small_files_make_room_for_a_large_one(spool: Spool) -> None:
    for reservation in [_reserve(spool, 3 * MIB) for _ in range(4)]:
        reservation.release()

    _reserve(spool, 15 * MIB)

    assert spool.stats().idle_bytes == 0


def test_small_files_in_use_are_not_removed_for_a_large_one(spool: Spool) -> None:
    in_use = _reserve(spool, 3 * MIB)
    for reservation in [_reserve(spool, 3 * MIB) for _ in range(3)]:
        reservation.release()

    assert spool.reserve(15 * MIB) is None
    assert spool.stats().idle_bytes == 12 * MIB  # nothing is given up in vain
    assert in_use.take().exists()


def test_an_idle_large_file_is_cut_for_a_small_body(spool: Spool) -> None:
    _reserve(spool, 15 * MIB).release()

    path = _reserve(spool, KIB).take()

    assert path.stat().st_size == SMALLEST_BYTES


def test_a_full_disk_means_no_reservation_and_a_warning(evidence_dir: Path) -> None:
    spool = Spool(evidence_dir / "spool", 16 * MIB, allocate=_full_disk)

    assert spool.reserve(MIB) is None
    assert spool.stats().problem == "the disk refused 2097152 bytes: No space left on device"
    assert not list((evidence_dir / "spool").rglob("*.spool"))
    spool.close()


def test_on_a_full_disk_idle_space_still_serves(evidence_dir: Path) -> None:
    full = threading.Event()

    def allocate(descriptor: int, size: int) -> None:
        (_full_disk if full.is_set() else allocate_blocks)(descriptor, size)

    spool = Spool(evidence_dir / "spool", 16 * MIB, allocate=allocate)
    _reserve(spool, 7 * MIB).release()
    full.set()

    assert _reserve(spool, KIB).take().stat().st_size == SMALLEST_BYTES
    spool.close()


def test_the_warning_goes_when_the_disk_has_room_again(evidence_dir: Path) -> None:
    answers: list[Callable[[int, int], None]] = [_full_disk, allocate_blocks]
    spool = Spool(evidence_dir / "spool", 16 * MIB, allocate=lambda fd, size: answers.pop(0)(fd, size))

    assert spool.reserve(MIB) is None
    _reserve(spool, MIB)

    assert spool.stats().problem is None
    spool.close()


_LIMITED = """
import resource, signal, sys
from pathlib import Path
from doorward.evidence import Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
spool = Spool(Path(sys.argv[1]), 1 << 30)
print(spool.reserve(100_000) is not None, spool.reserve(3_000_000) is None, spool.stats().problem)
"""


def test_a_refusal_of_the_operating_system_is_no_reservation(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "True True the disk refused 4194304 bytes: File too large"


def test_many_threads_never_share_a_file_or_exceed_the_budget(spool: Spool) -> None:
    seen: set[Path] = set()
    lock = threading.Lock()

    def work(number: int) -> None:
        for turn in range(40):
            reservation = spool.reserve((number + turn) % 5 * 500 * KIB)
            if reservation is None:
                continue
            assert spool.stats().reserved_bytes <= 16 * MIB
            if turn % 8:
                reservation.release()
                continue
            path = reservation.take()
            with lock:
                assert path not in seen
                seen.add(path)
            path.unlink()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert spool.stats().reserved_bytes == 0
    assert spool.stats().idle_bytes <= 16 * MIB


_DIES = """
import os, signal, sys
from pathlib import Path
from doorward.evidence import Spool
spool = Spool(Path(sys.argv[1]), 1 << 30)
spool.reserve(100_000)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_removed_by_the_next_and_a_living_one_keeps_its_own(
    evidence_dir: Path, spool: Spool
) -> None:
    alive = _reserve(spool, MIB)
    subprocess.run([sys.executable, "-c", _DIES, str(evidence_dir / "spool")], check=False)
    assert len(list((evidence_dir / "spool").rglob("*.spool"))) == 2

    second = Spool(evidence_dir / "spool", 16 * MIB)

    assert list((evidence_dir / "spool").rglob("*.spool")) == [alive.take()]
    second.close()


def test_closing_gives_everything_back_to_the_disk(evidence_dir: Path) -> None:
    spool = Spool(evidence_dir / "spool", 16 * MIB)
    _reserve(spool, MIB).release()
    spool.close()
    spool.close()

    assert list((evidence_dir / "spool").iterdir()) == []
    assert spool.reserve(1) is None


def test_a_spool_whose_directory_was_deleted_reserves_nothing_and_says_why(
    evidence_dir: Path, spool: Spool
) -> None:
    _reserve(spool, 15 * MIB).release()
    shutil.rmtree(evidence_dir / "spool")

    assert spool.reserve(1) is None
    assert "No such file or directory" in str(spool.stats().problem)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), st.integers(0, 1_200 * KIB)),
        st.tuples(st.sampled_from(["release", "take"]), st.integers(0, 10)),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_whatever_is_done_the_budget_holds_and_what_is_promised_is_on_disk(
    tried: list[tuple[str, int]],
) -> None:
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder), MIB)
        held: list[tuple[Reservation, int]] = []
        for step, number in tried:
            if step == "reserve":
                reservation = spool.reserve(number)
                held += [(reservation, number)] if reservation else []
            elif held:
                reservation, size = held.pop(number % len(held))
                if step == "take":
                    path = reservation.take()
                    assert path.stat().st_blocks * 512 >= sealed_size(size)
                    path.unlink()  # fails where two reservations share a file
                reservation.release()
            stats, files = spool.stats(), list(Path(folder).rglob("*.spool"))
            assert (
                stats.idle_bytes + stats.reserved_bytes == sum(path.stat().st_size for path in files) <= MIB
            )
            assert stats.reserved_bytes == sum(reservation.size for reservation, _ in held)
        spool.close()


def test_a_directory_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EvidenceUnwritable, match="no space can be kept ready") as caught:
        Spool(tmp_path / "file" / "spool", MIB)

    assert "Not a directory" in str(caught.value)


@pytest.mark.parametrize(
    ("size", "file"), [(1, 65_536), (65_536, 65_536), (65_537, 131_072), (5 * MIB, 8 * MIB)]
)
def test_a_spool_file_is_a_power_of_two_that_holds_the_body(size: int, file: int) -> None:
    assert size_class(size) == file
