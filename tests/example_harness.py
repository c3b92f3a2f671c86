"""Runs the examples as their readers do: ``afterword serve``, and a host's program beside it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from cli_harness import COMMAND, answer
from server_harness import Caller

EXAMPLES = Path(__file__).parents[1] / "examples"


class Program:
    """A process whose output is read line by line and kept."""

    def __init__(self, *command, cwd=None, fds=(), **environment):
        """Start it with a clean environment."""
        kept = {
            name: told for name, told in os.environ.items() if not name.startswith("AFTERWORD")
        }
        self.said = []
        self._process = subprocess.Popen(  # noqa: S603  # our own command
            command,
            cwd=cwd,
            env={**kept, **environment},
            pass_fds=fds,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def read_until(self, pattern):
        """Read on until a line fits; give the match. The rest is read in the background."""
        for line in self._process.stdout:
            self.said.append(line)
            if found := re.search(pattern, line):
                Thread(target=self._read_on, daemon=True).start()
                return found
        raise AssertionError(f"it ended: {''.join(self.said)}")

    def stop(self):
        """End it and wait."""
        self._process.terminate()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def _read_on(self):
        with self._process.stdout as lines:
            self.said.extend(lines)


@contextmanager
def afterword_served(folder):
    """Run ``afterword serve`` on a folder; give a caller with a secret key."""
    program = Program(COMMAND, "serve", "--data", str(folder), "--port", "0")
    try:
        url = program.read_until(r"http://127\.0\.0\.1:\d+")[0]
        key = answer("keys", "create", "--kind", "secret", "--data", folder)["key"]
        caller = Caller(url, key)
        yield caller
        caller.http.close()
    finally:
        program.stop()


@contextmanager
def example_served(folder, listener, app, **environment):
    """Run an example with uvicorn on a socket that listens already; give the process."""
    fd = listener.fileno()
    command = [sys.executable, "-W", "error", "-m", "uvicorn", app, "--fd", str(fd)]
    program = Program(*command, "--loop", "asyncio", cwd=folder, fds=(fd,), **environment)
    try:
        program.read_until("Uvicorn running")
        yield program
    finally:
        program.stop()


def listen():
    """Listen on any free port of this machine; give the socket and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"
