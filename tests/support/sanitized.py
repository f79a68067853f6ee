"""The kernels with address and undefined-behaviour sanitizers built in, and Python programs that run on them.

    python tests/support/sanitized.py FOLDER [PYTHON ARGUMENTS]

builds them into FOLDER (again only what has changed) and runs `python ARGUMENTS` with them in place of
the installed ones. An access outside of an array, or an overflow of a signed number, ends the program
with a report. `make sanitize` runs the whole property suite in this way.
"""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent
SANITIZERS = "address,undefined"


def build(folder: Path) -> Path:
    """Build into `folder`; returns the directory from which `doorward` can be imported with these kernels."""
    cmake_dir = _output(sys.executable, "-m", "nanobind", "--cmake_dir")
    options = {
        "DOORWARD_SANITIZE": SANITIZERS,
        "CMAKE_CXX_FLAGS_RELEASE": "-O1 -DNDEBUG",  # of the parts that are no kernels: built faster
        "Python_EXECUTABLE": sys.executable,
        "nanobind_DIR": cmake_dir,
    }
    defined = [f"-D{name}={value}" for name, value in options.items()]
    _run("cmake", "-S", str(REPOSITORY), "-B", str(folder / "build"), "-G", "Ninja", *defined)
    _run("cmake", "--build", str(folder / "build"), "--target", "_native")
    return _importable(folder)


def _importable(folder: Path) -> Path:
    """A package of links to the sources, with these kernels beside them."""
    package = folder / "importable" / "doorward"
    package.mkdir(parents=True, exist_ok=True)
    kernels = next((folder / "build").glob("_native*.so"))
    for source in (*(REPOSITORY / "src" / "doorward").iterdir(), kernels):
        link = package / source.name
        if not link.is_symlink():
            link.symlink_to(source.resolve())
    return package.parent


def environment(importable: Path) -> dict[str, str]:
    """What a Python needs to run on these kernels.

    The interpreter itself is built without sanitizers, so their library has to be there before it, and the
    C++ library too, whose exceptions it watches. Python's own allocator would hide where its objects end.
    Leaks are not looked for: an interpreter frees little when it ends.
    """
    libraries = [each for each in sys.path if each.endswith("site-packages")]
    preloaded = (_output("g++", f"-print-file-name={name}") for name in ("libasan.so", "libstdc++.so"))
    # What measures its own memory is skipped under sanitizers, which take some themselves.
    inherited = {name: value for name, value in os.environ.items() if name != "DOORWARD_NO_SKIPS"}
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join((str(importable), str(REPOSITORY / "tests"), *libraries)),
        "PYTHONMALLOC": "malloc",
        "LD_PRELOAD": " ".join(str(Path(each).resolve()) for each in preloaded),
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    }


def command(*arguments: str) -> list[str]:
    """Python with `-S`: the hook of an editable installation would come before the path, and import ours."""
    return [sys.executable, "-S", *arguments]


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    asked = command(*sys.argv[2:])
    sys.exit(subprocess.run(asked, env=environment(build(Path(sys.argv[1]).absolute()))).returncode)
