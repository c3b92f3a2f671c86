"""``kill -9`` of a serving process under load, again and again on one folder.

Clients send envelopes over HTTP to a real server process and note what it acknowledged; at a
random moment it is killed, and another one starts on the same folder. At the end every
acknowledged event must be in the journal, once, and the sessions must count what the events say.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from afterword.journal import Journal
from afterword.journal.engine import FILE
from afterword.journal.keys import create_key
from afterword.journal.tables import EventId

COMMAND = str(Path(sys.executable).with_name("afterword"))
CLIENTS = 8
ENVELOPE = 20


def make_key(data_dir: Path) -> str:
    """Make the key that the clients use."""
    journal = Journal.open(data_dir)
    with journal.write() as connection:
        _, secret = create_key(connection, "default", "secret")
    journal.close()
    return secret


def start(data_dir: Path) -> tuple[subprocess.Popen[str], int]:
    """Start a server; give it and its port once it takes requests."""
    process = subprocess.Popen(  # noqa: S603  # ourselves
        [COMMAND, "serve", "--data", str(data_dir), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=(data_dir / "server.log").open("a"),
        text=True,
    )
    line = process.stdout.readline() if process.stdout else ""
    return process, int(line.split("http://127.0.0.1:")[1].split()[0])


def send(port: int, key: str, name: str) -> list[str]:
    """Send envelopes until the server is gone; give the ids of those that it acknowledged."""
    acknowledged: list[str] = []
    server = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for number in range(1_000_000):
        ids = [f"{name}/{number}/{place}" for place in range(ENVELOPE)]
        events = [
            {
                "id": event_id,
                "type": "message",
                "conversation_id": f"c-{name}-{number % 5}",
                "role": "agent" if place % 2 else "user",
                "text": "why was I charged twice?",
            }
            for place, event_id in enumerate(ids)
        ]
        try:
            server.request("POST", "/v1/events", json.dumps({"events": events}), headers)
            answer = server.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            break
        if answer.status != http.client.ACCEPTED or json.loads(body)["accepted"] != ENVELOPE:
            raise RuntimeError(f"{answer.status} {body.decode()}")
        acknowledged += ids
    return acknowledged


def crash(data_dir: Path, key: str, life: int, seconds: float) -> list[str]:
    """Let one server live under load for a while, then kill it; give what it acknowledged."""
    process, port = start(data_dir)
    with ThreadPoolExecutor(CLIENTS) as clients:
        heard = [clients.submit(send, port, key, f"{life}-{place}") for place in range(CLIENTS)]
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
    return [event_id for ids in heard for event_id in ids.result()]


def check(data_dir: Path, acknowledged: list[str]) -> tuple[int, int]:
    """Give how many acknowledged events are lost, and how many events stand twice or uncounted."""
    with sqlite3.connect(data_dir / FILE) as kept:
        ids = [EventId.read(kept_id) for (kept_id,) in kept.execute("SELECT id FROM events")]
        (counted,) = kept.execute(
            "SELECT coalesce(sum((body ->> 'n_user') + (body ->> 'n_agent')), 0) FROM sessions"
        ).fetchone()
        faults = [fault for (fault,) in kept.execute("PRAGMA quick_check") if fault != "ok"]
    kept.close()
    lost = set(acknowledged) - set(ids)
    return len(lost), len(ids) - len(set(ids)) + abs(counted - len(ids)) + len(faults)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    rng = random.Random(chosen.seed)  # noqa: S311  # moments, no secret
    told: list[str] = []
    n_lost = n_wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        secret = make_key(Path(folder))
        for life in range(chosen.times):
            told += crash(Path(folder), secret, life, rng.uniform(0.05, 1.5))
            n_lost, n_wrong = check(Path(folder), told)
            if n_lost or n_wrong:
                break
    print(
        f"kill -9 under load {life + 1} times: {len(told):,} events acknowledged,"
        f" {n_lost} lost, {n_wrong} twice, miscounted or damaged"
    )
    sys.exit(1 if n_lost or n_wrong else 0)
