"""Runs the command line as a user does: a process with arguments, a folder and an environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("afterword"))


def afterword(*arguments, expect=0, cwd=None, **environment):
    """Run a command; give the finished process, whose exit code must be the expected one."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AFTERWORD_")}
    done = subprocess.run(  # noqa: S603  # our own command
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        env={**clean, **environment},
        timeout=110,
        check=False,
    )
    assert done.returncode == expect, (done.stdout[-2000:], done.stderr[-2000:])
    return done


def answer(*arguments, **more):
    """Run a command with ``--json``; give what it printed."""
    return json.loads(afterword(*arguments, "--json", **more).stdout)
