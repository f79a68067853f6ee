"""`doorward bench match`: sizes that take seconds, the whole report."""

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from doorward.benchmarks.children import ChildFailed
from doorward.benchmarks.match import peers
from doorward.benchmarks.match.data import HASH_BITS, balanced, flipped
from doorward.benchmarks.match.truth import answers, brute_force, compare, within
from doorward.cli.bench.match_table import print_report
from doorward.cli.main import program

SMALL = ("bench", "match", "--entries", "2000", "--queries", "20", "--seconds", "0.1")
DEMANDED = {
    "entries": int,
    "build_s": float,
    "bytes_per_hash": float,
    "open_ms": float,
    "p50_us": float,
    "p99_us": float,
    "batch_us": float,
    "recall": float,
    "ratio_to_flat": float,
}
DEMANDED_OF_PEERS = {"p50_us": float, "bytes_per_hash": float, "recall": float}


@pytest.fixture(scope="module")
def report() -> Mapping[str, Any]:
    """One small run with all peers."""
    done = CliRunner().invoke(program("bench"), [*SMALL, "--json"])
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_report_has_every_figure_that_was_asked_for(report: Mapping[str, Any]) -> None:
    for name, kind in DEMANDED.items():
        assert isinstance(report[name], kind), name
    assert set(report["peers"]) == set(peers.PEERS)
    for peer in report["peers"].values():
        for name, kind in DEMANDED_OF_PEERS.items():
            assert isinstance(peer[name], kind), name


def test_every_engine_finds_everything_and_nothing_else(report: Mapping[str, Any]) -> None:
    found = [report, *report["peers"].values(), *report["instruction_sets"].values(), *report["worst_cases"]]
    assert [each["recall"] for each in found] == [1.0] * len(found)


@pytest.mark.parametrize("name", peers.PEERS)
def test_a_peer_that_is_not_installed_says_how_to_get_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert peers.PEERS[name].problem(1_000) == "faiss is not installed: `pip install 'doorward[bench]'`"


def test_a_peer_that_does_not_fit_is_left_out() -> None:
    assert "GiB of memory" in (peers.PEERS["faiss_flat"].problem(10**12) or "")


def test_without_peers_the_rest_is_printed_and_they_are_named(report: Mapping[str, Any]) -> None:
    absent = dict.fromkeys(report["peers"], peers.INSTALL_FAISS)
    out = Console(file=io.StringIO(), record=True, width=120)
    print_report(out, {**report, "peers": {}, "ratios": {}, "absent_peers": absent})
    text = out.export_text()
    assert "not measured: faiss_flat: faiss is not installed: `pip install 'doorward[bench]'`" in text
    assert "Lists of 2,000 made to be slow" in text


def test_the_table_names_every_engine(report: Mapping[str, Any]) -> None:
    out = Console(file=io.StringIO(), record=True, width=120)
    print_report(out, report)
    text = out.export_text()
    assert [peer.title for peer in peers.PEERS.values() if peer.title not in text] == []


def test_a_measurement_that_breaks_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(module: str, _question: object) -> None:
        raise ChildFailed(f"python -m {module} ended with 1")

    monkeypatch.setattr("doorward.benchmarks.match.run.ask", broken)
    done = CliRunner().invoke(program("bench"), [*SMALL, "--no-peers"])
    assert done.exit_code == 2
    assert "ended with 1" in done.stderr


def test_generated_hashes_have_half_of_their_bits_set_and_no_favourite_places() -> None:
    hashes = balanced(np.random.default_rng(3), 4_000)
    assert set(np.bitwise_count(hashes).sum(axis=1)) == {HASH_BITS // 2}
    shares = np.unpackbits(hashes, axis=1).mean(axis=0)
    assert abs(shares - 0.5).max() < 5 * 0.5 / 4_000**0.5


@pytest.mark.parametrize("bits", [0, 1, 31, 256])
def test_flipped_hashes_lie_at_exactly_that_distance(bits: int) -> None:
    random = np.random.default_rng(4)
    hashes = balanced(random, 50)
    assert set(np.bitwise_count(flipped(random, hashes, bits) ^ hashes).sum(axis=1)) == {bits}


def test_brute_force_finds_what_counting_finds() -> None:
    random = np.random.default_rng(5)
    hashes = balanced(random, 9_000)
    queries = flipped(random, hashes[:3], 20)
    found = brute_force(queries, hashes, 20, np.arange(9_000, dtype=np.uint64) + 7)
    ids, distances = np.array([7, 8, 9], np.uint64), np.array([20, 20, 20], np.uint16)
    assert found.tolist() == [answers(query, ids[query], distances[query]) for query in range(3)]
    assert within(found, 19).tolist() == []


def test_a_judge_counts_what_is_missing_and_what_is_made_up() -> None:
    def pairs(*ids: int) -> Any:
        return answers(0, np.array(ids, np.uint64), np.zeros(len(ids), np.uint16))

    assert compare(pairs(1, 2, 3), pairs(1, 2, 3)).exact
    assert compare(pairs(1, 2, 9), pairs(1, 2, 3, 4)).recall == 0.5
    assert compare(pairs(1, 9), pairs(1)).wrong == 1
    assert compare(pairs(), pairs()).exact
