"""The AVX-512 kernels on processors without AVX-512: their source, compiled against SIMDe's emulation."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NATIVE = HERE.parents[2] / "native" / "hamming"
SIMDE = Path("/usr/include/simde/x86/avx512.h")


def compiled(folder: Path) -> Path:
    """The self-test as a program, with the AVX-512 kernels emulated."""
    sources = [NATIVE / name for name in ("portable.cpp", "avx512.cpp", "self_test.cpp")]
    program = folder / "self_test"
    options = [
        "-std=c++17",
        "-O1",
        "-w",
        "-DDOORWARD_X86_KERNELS",
        f"-I{HERE / 'avx512_by_simde'}",
        f"-I{NATIVE}",
    ]
    subprocess.run(
        ["g++", *options, *sources, HERE / "avx512_by_simde" / "main.cpp", "-o", program], check=True
    )
    return program


@pytest.mark.skipif(shutil.which("g++") is None, reason="AVX-512 kernels NOT TESTED: there is no g++")
@pytest.mark.skipif(not SIMDE.exists(), reason="AVX-512 kernels NOT TESTED: libsimde-dev is not installed")
def test_the_avx512_kernels_agree_with_the_portable_ones_and_faulty_ones_are_found(tmp_path: Path) -> None:
    said = subprocess.run([compiled(tmp_path)], check=True, capture_output=True, text=True).stdout
    assert said.splitlines() == ["avx512 1", "wrong filter 0", "wrong scan 0"]
