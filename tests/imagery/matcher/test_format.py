"""The format of index files: an outsider's program reads them, and it does not change by accident."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from doorward.imagery.matcher import HammingIndex
from doorward.imagery.matcher.layout import PERMUTATION
from doorward.imagery.matcher.tables import Kernels
from support.hashes import pairs_of, random_hashes

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "index-files.md"


@pytest.fixture(scope="module")
def outsider() -> dict[str, Any]:
    """The program on the page about index files."""
    names: dict[str, Any] = {}
    exec(PAGE.read_text().split("```python\n")[1].split("```")[0], names)
    return names


def test_the_program_on_the_page_reads_every_pair(
    outsider: dict[str, Any], kernels: Kernels, tmp_path: Path
) -> None:
    hashes = random_hashes(40)[[*range(40), 3, 3, 39]]
    ids = np.random.default_rng(0).permutation(len(hashes))
    HammingIndex.build(hashes, ids, kernels=kernels).save(tmp_path / "index")
    found, found_ids = outsider["read_pairs"](tmp_path / "index")
    assert pairs_of(found, found_ids.tolist()) == pairs_of(hashes, ids.tolist())
    assert len(found) == len(hashes)


def test_the_permutation_on_the_page_is_ours(outsider: dict[str, Any]) -> None:
    assert outsider["permutation"]().tolist() == PERMUTATION.tolist()
    assert ", ".join(map(str, PERMUTATION[:4])) in PAGE.read_text()


def test_the_permutation_is_the_one_of_version_1() -> None:
    assert sorted(PERMUTATION.tolist()) == list(range(256))
    digest = hashlib.sha256(PERMUTATION.tobytes()).hexdigest()
    assert digest == "7d368105fc7ab1342ec9233586d71b8355fd016bf9a0d0d48d0e1699b02710df"


def test_the_same_pairs_are_the_same_file_for_ever(kernels: Kernels, tmp_path: Path) -> None:
    """A change that breaks this needs a new format version."""
    hashes = np.frombuffer(np.random.RandomState(0).bytes(192), np.uint8).reshape(6, 32)
    index = HammingIndex.build(hashes[[0, 1, 2, 3, 4, 5, 1, 1]], [5, 3, 9, 1, 2, 8, 4, 3], kernels=kernels)
    checksum = "d411bc50cb0e20deacf42e1192be2a9ab2f7a2f30078dc63d6dacb68e156463a"
    assert index.save(tmp_path / "index", note="golden") == checksum
