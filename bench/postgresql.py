"""Intake and the server on PostgreSQL, against a bare ``psycopg`` loop that writes the same rows.

A PostgreSQL of its own, started from the wheel that the tests use, with its durable defaults. The
loop writes event and session rows with ``executemany`` in transactions of 1,000 events: it
decodes, assigns, folds and decides nothing. Then one server process: envelopes of 100 on 32
connections, single events on 32 with a report a second beside them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import uvloop

import intake as reference
import over_http
from afterword.journal import Journal

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from postgres_harness import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLES = ("events", "sessions")


@contextmanager
def started() -> Iterator[Server]:
    """Run a PostgreSQL of its own for a block."""
    with tempfile.TemporaryDirectory() as place:
        server = Server(place, shared_buffers="256MB")
        server.start()
        try:
            yield server
        finally:
            server.stop()


def run_bare(source: str, target: str) -> float:
    """Give the seconds that ``psycopg`` needs to write the rows of one database into another."""
    rows, into = {}, {}
    with psycopg.connect(source) as read:
        for table, order in zip(_TABLES, ("seq", "conversation_id"), strict=True):
            found = read.execute(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608  # our names
            rows[table] = found.fetchall()
            places = ",".join(["%s"] * len(found.description))
            into[table] = f"INSERT INTO {table} VALUES ({places})"  # noqa: S608  # our names
    into["sessions"] += (
        " ON CONFLICT (project, conversation_id, number) DO UPDATE SET body = excluded.body"
    )
    step = {"events": reference.ENVELOPE, "sessions": reference.ENVELOPE // reference.MESSAGES}
    with psycopg.connect(target) as write, write.cursor() as cursor:
        started = time.perf_counter()
        for group in range(len(rows["events"]) // reference.ENVELOPE):
            for table in _TABLES:
                start = group * step[table]
                cursor.executemany(into[table], rows[table][start : start + step[table]])
            write.commit()
        return time.perf_counter() - started


def measure(server: Server, n_events: int, n_singles: int, kind: str) -> None:
    """Measure one kind of ids and print what was seen."""
    with server.database() as ours, server.database() as bare:
        journal = Journal.open(url=server.url(ours))
        seconds = reference.run_intake(journal, reference.envelopes(n_events, kind))
        bare_seconds = run_bare(server.url(ours), server.url(bare))
    print(
        f"{kind}: intake in process {n_events / seconds:,.0f} events/s, bare psycopg"
        f" {n_events / bare_seconds:,.0f} events/s, ratio {bare_seconds / seconds:.3f}"
    )
    with tempfile.TemporaryDirectory() as folder, server.database() as ours:
        one = over_http.Server(Path(folder), server.url(ours))
        many = [
            one.request("POST", "/v1/events", body) for body in over_http.envelopes(n_events, kind)
        ]
        load = uvloop.run(over_http.drive(one, many, over_http.PIPES))
        few = [
            one.request("POST", "/v1/events", body) for body in over_http.singles(n_singles, kind)
        ]
        single = uvloop.run(over_http.drive(one, few, over_http.CONNECTIONS, with_reports=True))
        code = one.stop()
    print(
        f"{kind}: over HTTP {n_events / load.seconds:,.0f} events/s in envelopes of 100, ratio"
        f" {bare_seconds / load.seconds:.3f}, p99 {load.p99_ms:.0f} ms; single events"
        f" {n_singles / single.seconds:,.0f} requests/s, p99 {single.p99_ms:.0f} ms; exit code"
        f" {code}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--singles", type=int, default=20_000)
    parser.add_argument("--ids", choices=("uuid7", "uuid4"), action="append")
    chosen = parser.parse_args()
    with started() as database:
        database.make_pattern()
        for name in chosen.ids or ("uuid7", "uuid4"):
            measure(database, chosen.events, chosen.singles, name)
