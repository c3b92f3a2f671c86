"""How long the overview takes at a million sessions, over HTTP, from a server as people run it.

Warm, it has been written before; uncached, a rating has just been committed, so that everything
is counted and drawn again. Beside it, in the same run, the two reports that it shows are asked
for alone: the ratio says what the page itself costs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_WARM = 0.1
MOST_UNCACHED = 0.5
AFTERWORD = str(Path(sys.executable).with_name("afterword"))
PASSWORD = "bench"  # noqa: S105  # of a server that lives for a minute


def main() -> None:
    """Measure, print, and exit 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        truth = str(Path(folder) / "truth.json")
        _run("simulate", "--sessions", str(given.sessions), "--data", folder, "--truth", truth)
        key = json.loads(_run("keys", "create", "--data", folder, "--json"))["key"]
        with _served(folder) as url, httpx.Client(base_url=url, timeout=60) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            client.post("/signin", data={"password": PASSWORD})
            seconds = _measure(client, given.repeats)
    for name, held in seconds.items():
        print(f"  {name:22}{median(held) * 1000:8.1f} ms median, {max(held) * 1000:8.1f} ms worst")
    warm, uncached = median(seconds["warm page"]), median(seconds["uncached page"])
    ratio = uncached / median(seconds["both reports alone"])
    print(f"  uncached page to the reports alone: {ratio:.2f}")
    print(
        f"  bars (medians): warm {MOST_WARM * 1e3:.0f} ms, uncached {MOST_UNCACHED * 1e3:.0f} ms"
    )
    sys.exit(0 if warm < MOST_WARM and uncached < MOST_UNCACHED else 1)


def _measure(client: httpx.Client, repeats: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {
        "warm page": [],
        "uncached page": [],
        "both reports alone": [],
    }
    _read(client, "/overview")  # libraries load, queries compile
    for number in range(repeats):
        _change(client, number)
        seconds["uncached page"].append(_timed(lambda: _read(client, "/overview")))
        seconds["warm page"].append(_timed(lambda: _read(client, "/overview")))
        _change(client, repeats + number)
        seconds["both reports alone"].append(_timed(lambda: _reports(client)))
    return seconds


def _change(client: httpx.Client, number: int) -> None:
    talk = [
        {"type": "message", "conversation_id": f"c-{number}", "role": role}
        for role in ("user", "agent")
    ]
    client.post("/v1/events", json={"events": talk}).raise_for_status()
    body = {"rating": "negative", "reason": "slow"}
    client.post(f"/v1/conversations/c-{number}/rating", json=body).raise_for_status()


def _reports(client: httpx.Client) -> None:
    for name in ("distribution", "trend"):
        _read(client, f"/v1/reports/{name}")


def _read(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != httpx.codes.OK:
        msg = f"{path} answered {answer.status_code}"
        raise AssertionError(msg)


def _timed(task: Callable[[], None]) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


@contextmanager
def _served(folder: str) -> Iterator[str]:
    command = (AFTERWORD, "serve", "--data", folder, "--port", "0")
    environment = {**os.environ, "AFTERWORD_PASSWORD": PASSWORD}
    process = subprocess.Popen(  # noqa: S603  # our own command
        command, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout is not None  # noqa: S101  # it was asked for
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None  # noqa: S101  # what serve prints first
        yield found[0]
    finally:
        process.terminate()
        process.wait()


def _run(*command: str) -> str:
    done = subprocess.run(  # noqa: S603  # our own command
        (AFTERWORD, *command), check=True, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    main()
