"""The SDK's types, as a strict mypy of a host reads them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_a_typed_host_is_understood_and_its_mistakes_are_found():
    """Right calls pass; each marked mistake is one (an unused mark would be an error)."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "tests/typing/sdk.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )

    assert done.returncode == 0, done.stdout
