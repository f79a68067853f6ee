"""`doorward bench hash`: small pictures, the whole report."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from doorward.benchmarks.hash import ways
from doorward.cli.bench.hash_table import print_report
from doorward.cli.main import program
from support.pictures import photograph, sample

SMALL = ("bench", "hash", "--megapixels", "0.05", "--seconds", "0", "--fidelity", "4")


@pytest.fixture(scope="module")
def report() -> Mapping[str, Any]:
    """One small run with all peers."""
    done = CliRunner().invoke(program("bench"), [*SMALL, "--json"])
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_each_way_is_timed_and_has_its_memory(report: Mapping[str, Any]) -> None:
    [size] = report["sizes"]
    from_bytes = {ways.EXACT, ways.LUMA, ways.THREATEXCHANGE}
    assert set(size["median_ms"]) == {ways.RGB, ways.PDQHASH, ways.DECODE, *from_bytes}
    assert set(size["peak_kib"]) == from_bytes
    assert size["ratio_to_pdqhash"] > 0
    assert min(size["ratio_to_threatexchange"].values()) > 0


def test_exact_hashes_are_no_bit_away(report: Mapping[str, Any]) -> None:
    [size] = report["sizes"]
    assert (size["bits_apart"][ways.RGB], size["bits_apart"][ways.EXACT]) == (0, 0)
    assert report["fidelity"]["exact"] == {"bits_mean": 0, "bits_max": 0, "quality_max": 0}
    assert report["fidelity"]["files"] == 4


def test_the_table_tells_of_missing_peers(report: Mapping[str, Any]) -> None:
    out = Console(file=io.StringIO(), record=True, width=120)
    print_report(
        out, {**report, "absent_peers": {"pdqhash": "not installed: `pip install 'doorward[bench]'`"}}
    )
    text = out.export_text()
    assert "Doorward exact" in text
    assert "not measured: pdqhash: not installed: `pip install 'doorward[bench]'`" in text


def test_without_peers_our_ways_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert set(ways.of_pixels()) == {ways.RGB}
    assert set(ways.of_bytes()) == {ways.EXACT, ways.LUMA}


def test_files_of_one_s_own_are_hashed(tmp_path: Path) -> None:
    png, jpeg = tmp_path / "cat.png", tmp_path / "rocket.jpg"
    photograph("chelsea.png").save(png)
    jpeg.write_bytes(sample("rocket.jpg"))
    command = ["bench", "hash", str(png), str(jpeg), "--seconds", "0", "--fidelity", "0", "--json"]
    done = CliRunner().invoke(program("bench"), command)
    assert done.exit_code == 0, done.output
    of_png, of_jpeg = json.loads(done.stdout)["sizes"]
    assert (of_png["pictures"], of_png["jpeg_kib"]) == (["cat.png"], None)
    assert of_jpeg["bits_apart"][ways.EXACT] == 0


def test_a_file_that_is_no_picture_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "notes.jpg"
    file.write_text("This is not a picture.")
    done = CliRunner().invoke(program("bench"), ["bench", "hash", str(file)])
    assert done.exit_code == 2
    assert "cannot read that picture" in done.stderr
