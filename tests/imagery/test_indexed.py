"""The gate's matchers find what comparing with everything finds, with an index file, without, or with a bad one."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.findings import Method, Variant
from doorward.imagery.decoding.answers import Rendering
from doorward.imagery.digests import Digests, digest_bytes
from doorward.imagery.matcher import HammingIndex
from doorward.imagery.matching.exhaustive import exhaustive_matchers
from doorward.imagery.matching.index_files import INDEXED_FROM, PdqIndexFile
from doorward.imagery.matching.indexed import IndexedMatchers
from doorward.imagery.matching.protocols import BuildMatchers
from doorward.imagery.matching.search import Searchable, Sight, search
from doorward.lists import Entry, ListSnapshot, LiveList, SnapshotError
from doorward.lists.companions import beside, problems, write_all
from support.files import flipped
from support.hash_lists import details, live_list

ALWAYS = PdqIndexFile(indexed_from=1)
CENTRES = [np.random.default_rng(seed).bytes(32) for seed in range(3)]
UNKNOWN = digest_bytes(b"nobody lists this")


@st.composite
def pdq_hashes(draw: st.DrawFn) -> bytes:
    """Hashes in few clusters, so that many are equal and many lie near the edge of a radius."""
    flips = draw(st.lists(st.integers(0, 255), max_size=40))
    value = int.from_bytes(draw(st.sampled_from(CENTRES)))
    for bit in flips:
        value ^= 1 << bit
    return value.to_bytes(32)


ENTRIES = st.lists(
    st.tuples(
        st.one_of(st.none(), pdq_hashes()),
        st.sampled_from((None, 0, 49, 50, 100)),
        st.one_of(st.none(), st.sampled_from((b"a", b"b"))),
    ),
    min_size=1,
    max_size=60,
)
RENDERINGS = st.lists(
    st.builds(
        Rendering, st.sampled_from(Variant), pdq_hashes(), st.integers(0, 100), st.just(0), st.booleans()
    ),
    max_size=4,
)
SIGHTS = st.lists(
    st.builds(
        Sight,
        st.one_of(st.just(UNKNOWN), st.sampled_from((digest_bytes(b"a"), digest_bytes(b"b")))),
        RENDERINGS,
    ),
    min_size=1,
    max_size=4,
)


def entries_of(rows: Sequence[tuple[bytes | None, int | None, bytes | None]]) -> list[Entry]:
    """Entries with a PDQ hash, or the MD5 of some data, or both."""
    return [
        Entry(
            f"e{number}",
            md5=None if data is None and pdq is not None else digest_bytes(data or b"c").md5,
            pdq=pdq,
            pdq_quality=None if pdq is None else quality,
        )
        for number, (pdq, quality, data) in enumerate(rows)
    ]


def searchable(live: LiveList, build: BuildMatchers) -> Searchable:
    assert live.snapshot is not None
    return Searchable(live.details, live.version, live.snapshot, build(live.snapshot))


@settings(max_examples=40, deadline=None)
@given(rows=ENTRIES, sights=SIGHTS, radius_bits=st.sampled_from((0, 31, 63)), with_file=st.booleans())
def test_an_index_finds_what_comparing_with_everything_finds(
    rows: list[tuple[bytes | None, int | None, bytes | None]],
    sights: list[Sight],
    radius_bits: int,
    with_file: bool,
) -> None:
    with TemporaryDirectory() as folder:
        live = live_list(Path(folder), details("demo", radius_bits=radius_bits), entries_of(rows))
        assert live.snapshot is not None
        if with_file:
            write_all([ALWAYS], live.snapshot)
            assert not list(problems([ALWAYS], live.snapshot, thorough=True))
        indexed, plain = searchable(live, IndexedMatchers(ALWAYS)), searchable(live, exhaustive_matchers)
        together = search(indexed, sights)
        assert together == search(plain, sights)
        assert together == [search(plain, [sight])[0] for sight in sights]


@pytest.fixture
def live(tmp_path: Path) -> LiveList:
    """A list of 300 hashes."""
    random = np.random.default_rng(5)
    return live_list(
        tmp_path, details("demo"), [Entry(f"e{i}", pdq=random.bytes(32), pdq_quality=100) for i in range(300)]
    )


def opened(live: LiveList) -> ListSnapshot:
    assert live.snapshot is not None
    return live.snapshot


def entry_found(live: LiveList, searched: Searchable, row: int) -> str:
    """The id of the entry that is found for a hash of the list."""
    pdq = opened(live).hashes[Method.PDQ].hashes[row].tobytes()
    nothing = Digests(bytes(16), bytes(20), bytes(32))
    ((match,),) = [
        each.best for each in search(searched, [Sight(nothing, [Rendering(Variant.PLAIN, pdq, 99)])])
    ]
    return searched.table.entry_id(match.entry)


def test_with_its_file_there_is_nothing_to_see_to(live: LiveList) -> None:
    write_all([ALWAYS], opened(live))
    searched = searchable(live, IndexedMatchers(ALWAYS))
    assert searched.matchers.warning is None
    assert entry_found(live, searched, 7) == "e7"


def test_without_its_file_the_index_is_built_in_memory_and_the_warning_says_what_to_do(
    live: LiveList,
) -> None:
    searched = searchable(live, IndexedMatchers(ALWAYS))
    assert entry_found(live, searched, 7) == "e7"
    path = beside(opened(live).path, ALWAYS)
    assert searched.matchers.warning == (
        "list 'demo' is searched with an index that this process built in its own memory: its index file "
        f"{path} is missing. Make the file anew with `doorward lists verify --repair`; servers take it when "
        "they start again or the list has its next version."
    )


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.6, 0.999])
def test_a_damaged_file_is_not_used(live: LiveList, share: float) -> None:
    write_all([ALWAYS], opened(live))
    path = beside(opened(live).path, ALWAYS)
    data = path.read_bytes()
    path.write_bytes(flipped(data, int(len(data) * share)))
    with pytest.raises(SnapshotError, match="cannot be used"):
        ALWAYS.verify(opened(live), path, thorough=False)
    searched = searchable(live, IndexedMatchers(ALWAYS))
    assert "cannot be used" in (searched.matchers.warning or "")
    assert entry_found(live, searched, 299) == "e299"


def test_the_index_of_another_snapshot_is_not_used(live: LiveList, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    other = live_list(tmp_path / "elsewhere", details("demo"), [Entry("x", pdq=bytes(32), pdq_quality=100)])
    write_all([ALWAYS], opened(other))
    beside(opened(other).path, ALWAYS).rename(beside(opened(live).path, ALWAYS))
    searched = searchable(live, IndexedMatchers(ALWAYS))
    assert "belongs to another snapshot" in (searched.matchers.warning or "")
    assert entry_found(live, searched, 0) == "e0"


def test_an_index_that_lacks_a_hash_is_found_by_a_thorough_look(live: LiveList) -> None:
    snapshot, path = opened(live), beside(opened(live).path, ALWAYS)
    hashes = snapshot.hashes[Method.PDQ].hashes.copy()
    hashes[9] ^= 0xFF
    HammingIndex.build(hashes).save(path, note=snapshot.checksum)
    ALWAYS.verify(snapshot, path, thorough=False)
    with pytest.raises(SnapshotError, match="other hashes than its snapshot"):
        ALWAYS.verify(snapshot, path, thorough=True)
    ALWAYS.write(snapshot, path)
    ALWAYS.verify(snapshot, path, thorough=True)


def test_a_short_list_needs_no_index_file(live: LiveList, tmp_path: Path) -> None:
    usual = PdqIndexFile()
    assert len(opened(live).hashes[Method.PDQ]) < INDEXED_FROM
    assert not usual.wanted(opened(live))
    assert searchable(live, IndexedMatchers(usual)).matchers.warning is None
    digests_only = live_list(tmp_path, details("digests"), [Entry("a", md5=bytes(16))])
    assert not ALWAYS.wanted(opened(digests_only))


def test_where_memory_runs_out_it_is_said_as_of_a_disk(
    live: LiveList, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> HammingIndex:
        raise MemoryError

    monkeypatch.setattr(HammingIndex, "build", exhausted)
    with pytest.raises(OSError, match="more memory than there is"):
        write_all([ALWAYS], opened(live))
