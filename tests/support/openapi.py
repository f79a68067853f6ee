"""The same checks of an OpenAPI document against whatever serves it: fakes, or the real house."""

import os
import subprocess
import sys
from pathlib import Path

_SUPPORT = Path(__file__).parent
_SEED = "20260115"


def check_openapi(base_url: str, token: str, directory: Path, *, examples: int = 3) -> None:
    """Have schemathesis send generated requests to every operation at `base_url`.

    All its checks run: no 5xx, no undocumented status, content type or header, answers as their
    schemas say, valid requests accepted and invalid ones refused, keys required where they are
    documented, `Allow` right. `token` needs the scope admin. `directory` takes what it leaves behind.
    """
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{base_url}/openapi.json"]
    options = ["--header", f"Authorization: Bearer {token}", "--max-examples", str(examples), "--seed", _SEED]
    done = subprocess.run(
        [*command, *options, "--generation-deterministic", "--no-color"],
        cwd=directory,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(_SUPPORT)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
