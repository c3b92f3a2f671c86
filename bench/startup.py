"""How long things take to start, beside a bare Python doing nothing in the same run.

``afterword --help`` and ``import afterword`` are whole processes; ``serve`` is timed from its
start to the line that says it takes requests, and to the first answer of ``/readyz``.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

COMMAND = str(Path(sys.executable).with_name("afterword"))
RUNS = 9
_IMPORT = 0.1
BARS = {"afterword --help": 0.25, "afterword serve, ready": 2.0}


def main() -> None:
    """Print every figure; exit 1 where a bar is missed."""
    seconds: dict[str, list[float]] = {}
    for _ in range(RUNS):  # in turn, so that a noisy minute meets them all
        _note(seconds, "python -c pass", _run(sys.executable, "-c", "pass"))
        _note(seconds, "import afterword", _run(sys.executable, "-c", "import afterword"))
        _note(seconds, "afterword --help", _run(COMMAND, "--help"))
        _note(seconds, "afterword serve, ready", _serve())
    bare = median(seconds["python -c pass"])
    is_good = True
    for name, found in seconds.items():
        usual = median(found)
        bar = BARS.get(name)
        is_good &= bar is None or usual < bar
        told = "" if bar is None else f", bar {bar} s"
        print(f"{name:24}{usual:7.3f} s (best {min(found):.3f}), {usual / bare:5.1f} x bare{told}")
    added = median(seconds["import afterword"]) - bare
    print(f"import afterword adds {added:.3f} s to bare Python, bar {_IMPORT} s")
    sys.exit(0 if is_good and added < _IMPORT else 1)


def _note(seconds: dict[str, list[float]], name: str, taken: float) -> None:
    seconds.setdefault(name, []).append(taken)


def _run(*command: str) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own commands
    return time.perf_counter() - started


def _serve() -> float:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with subprocess.Popen(  # noqa: S603  # our own command
            [COMMAND, "serve", "--port", "0", "--data", folder], stdout=subprocess.PIPE, text=True
        ) as server:
            told = re.search(r"http://\S+", server.stdout.readline()) if server.stdout else None
            if told is None:
                raise SystemExit("the server did not start")
            urllib.request.urlopen(f"{told[0]}/readyz").read()  # noqa: S310  # our own server
            taken = time.perf_counter() - started
            server.send_signal(signal.SIGTERM)
    return taken


if __name__ == "__main__":
    main()
