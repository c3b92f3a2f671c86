"""A history of 1,000,000 sessions written anew while a server takes events and answers reports.

The journal is filled with session rows first, and the history written once beside nobody.
Then a server is measured alone, and again while ``afterword rebuild`` runs: what became
of each request, how long the slowest took, and whether every report counted every session.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import NamedTuple

import duckdb
import httpx

from afterword.domain.session import CloseReason, Session
from afterword.history import files
from afterword.journal import Journal, days
from afterword.journal.projects import load_project
from afterword.journal.sessions import DAY_US, Saved, save_sessions
from over_http import COMMAND, Server

N_DAYS = 90
FIRST_DAY = 20_500
CLIENTS = 4
PAUSE_SECONDS = 0.02  # between a client's answer and its next envelope
ENVELOPE = 10
ALONE_SECONDS = 20


class Heard(NamedTuple):
    """What one client heard."""

    statuses: list[int]
    waits_ms: list[float]
    n_told: list[int]  # sessions that each report counted, or events that each envelope kept


def fill(data_dir: Path, n_sessions: int) -> None:
    """Write session rows as intake does, a day after another."""
    journal = Journal.open(data_dir)
    for number in range(N_DAYS):
        first, last = n_sessions * number // N_DAYS, n_sessions * (number + 1) // N_DAYS
        day = FIRST_DAY + number
        with journal.write() as connection:
            load_project(connection, "default", 0)
            version = days.raise_versions(connection, "default", {day})[day]
            rows = (_session(place, day) for place in range(first, last))
            save_sessions(connection, [Saved(row, None, version) for row in rows])
    journal.close()


def _session(place: int, day: int) -> Session:
    at_us = day * DAY_US + place % 80_000 * 1_000_000
    return Session(
        project="default",
        conversation_id=f"c-{place}",
        number=1,
        opened_us=at_us,
        first_us=at_us,
        last_us=at_us + 240_000_000,
        closed_us=at_us + 2_040_000_000,
        close_reason=CloseReason.SILENCE,
        user_id=f"u-{place % 200_000}",
        release="v42" if place % 2 else "v41",
        n_user=3,
        n_agent=3,
        settled=True,
    )


def rebuild(data_dir: Path) -> float:
    """Write the history anew from the command line; give the seconds it took."""
    started = time.perf_counter()
    command = [COMMAND, "rebuild", "--data", str(data_dir), "--json"]
    done = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603  # ours
    if done["written"] != done["days"]:
        raise RuntimeError(done)
    return time.perf_counter() - started


def copy(data_dir: Path) -> float:
    """Let DuckDB write the same rows from a table of its own, a file a day; give the seconds."""
    held = files.day_files(data_dir / "history", "default")
    paths = [str(one.path) for one in held]
    with duckdb.connect() as database, tempfile.TemporaryDirectory() as folder:
        database.execute("CREATE TABLE sessions AS FROM read_parquet(?)", [paths])
        started = time.perf_counter()
        for one in held:
            database.execute(
                f"COPY (FROM sessions WHERE day = '{one.day}') TO '{folder}/{one.day}.parquet'"
                " (FORMAT parquet, COMPRESSION zstd)"
            )
        return time.perf_counter() - started


def send(server: Server, name: str, is_over: Event) -> Heard:
    """Send envelopes with a pause between them."""
    heard = Heard([], [], [])
    with _http(server) as http:
        while not is_over.wait(PAUSE_SECONDS):
            talk = f"live-{name}-{len(heard.statuses)}"
            roles = ("user", "agent") * (ENVELOPE // 2)
            events = [
                {"type": "message", "conversation_id": talk, "role": role, "text": "and then?"}
                for role in roles
            ]
            answer = _time(heard, http, "POST", "/v1/events", json={"events": events})
            heard.n_told.append(answer.get("accepted", 0))
    return heard


def ask(server: Server, is_over: Event) -> Heard:
    """Ask for a report once a second."""
    heard = Heard([], [], [])
    with _http(server) as http:
        while not is_over.wait(1):
            answer = _time(heard, http, "GET", "/v1/reports/distribution")
            heard.n_told.append(answer["rows"][0]["n_sessions"] if "rows" in answer else -1)
    return heard


def _http(server: Server) -> httpx.Client:
    headers = {"Authorization": f"Bearer {server.key}"}
    return httpx.Client(base_url=f"http://127.0.0.1:{server.port}", headers=headers, timeout=120)


def _time(heard: Heard, http: httpx.Client, method: str, path: str, **more: object) -> dict:
    started = time.perf_counter()
    answer = http.request(method, path, **more)
    heard.waits_ms.append((time.perf_counter() - started) * 1000)
    heard.statuses.append(answer.status_code)
    return answer.json()


def measure(server: Server, name: str, n_known: int, work: object) -> tuple[float, int, bool]:
    """Let clients send and ask while something is done; print what they heard.

    Returns:
        What the work gave, the sessions that are known afterwards, whether all was right.
    """
    is_over = Event()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        sending = [pool.submit(send, server, f"{name}-{n}", is_over) for n in range(CLIENTS)]
        asking = pool.submit(ask, server, is_over)
        try:
            seconds = work()
        finally:
            is_over.set()
    told, reports = [one.result() for one in sending], asking.result()
    statuses = [status for one in told for status in one.statuses]
    waits = sorted(wait for one in told for wait in one.waits_ms)
    n_lost = sum(n != ENVELOPE for one in told for n in one.n_told)
    n_after = n_known + len(statuses)
    is_right = all(n_known <= n <= n_after for n in reports.n_told)
    print(
        f"{name}: {len(statuses) / seconds:.0f} envelopes/s, {n_lost} not kept,"
        f" p50 {statistics.median(waits):.0f} ms, p99 {waits[len(waits) * 99 // 100]:.0f} ms,"
        f" worst {waits[-1]:.0f} ms; report median {statistics.median(reports.waits_ms):.0f} ms,"
        f" worst {max(reports.waits_ms):.0f} ms, {len(reports.n_told)} of them"
        f" {'right' if is_right else 'WRONG'}"
    )
    return seconds, n_after, is_right and n_lost == 0 and {*statuses} == {202}


def rest() -> float:
    """Let a server be measured with nothing beside it."""
    time.sleep(ALONE_SECONDS)
    return ALONE_SECONDS


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    n_sessions = parser.parse_args().sessions
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        started = time.perf_counter()
        fill(data, n_sessions)
        print(f"{n_sessions:,} session rows in {time.perf_counter() - started:.0f} s")
        alone, copied = rebuild(data), copy(data)
        print(
            f"rebuilt with nobody beside it: {alone:.1f} s, {copied / alone:.2f} of the speed of"
            f" DuckDB's COPY of the same rows ({copied:.1f} s)"
        )
        server = Server(data)
        _, n_known, is_good = measure(server, "alone", n_sessions, rest)
        took, n_known, is_good_too = measure(server, "rebuild", n_known, lambda: rebuild(data))
        with _http(server) as http:
            report = http.get("/v1/reports/distribution").json()
        print(f"rebuilt beside it: {took:.1f} s; server at most {server.peak_mib()} MiB")
        server.stop()
        is_whole = report["rows"][0]["n_sessions"] == n_known
        print(
            f"{n_known:,} sessions known, {'all' if is_whole else 'NOT ALL'} reported at the end"
        )
    sys.exit(0 if is_good and is_good_too and is_whole else 1)
