"""The server from outside: envelopes of 100 events, and single events on 32 connections.

A real server process on a temporary folder, the detector on, every answer after its commit; the
client speaks raw sockets, so that it is not what is measured. A report is asked for once a second
beside the single events. The reference is the bare ``sqlite3`` loop of ``bench/intake.py``, run
here on the rows that the server wrote. ``--events 1000000`` makes the long version;
``BENCH_COMMAND`` names another server's command, such as one installed without a checkout's tools.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections import deque
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import uvloop

import intake as reference
from afterword.domain.ids import TimeOrderedIds
from afterword.journal import Journal
from afterword.journal.engine import FILE
from afterword.journal.keys import create_key

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVELOPE = 100
PIPES = 32  # connections that send envelopes: what arrives together is committed together
CONNECTIONS = 32
COMMAND = os.environ.get("BENCH_COMMAND") or str(Path(sys.executable).with_name("afterword"))
_REPORT = "/v1/reports/distribution"


class Load(NamedTuple):
    """What one run of the client saw."""

    n_requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    report_ms: list[float]


class Server:
    """A server process of its own on a data folder."""

    def __init__(self, data_dir: Path, database: str | None = None) -> None:
        """Make a key, start the server, wait until it is ready."""
        journal = Journal.open(None if database else data_dir, database)
        with journal.write() as connection:
            _, self.key = create_key(connection, "default", "secret")
        journal.close()
        where = ["--data", str(data_dir), *(["--database-url", database] if database else [])]
        started = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603  # our own command
            [COMMAND, "serve", "--port", "0", *where],
            stdout=subprocess.PIPE,
            stderr=(data_dir / "server.log").open("w"),
            text=True,
        )
        line = self._process.stdout.readline()
        self.ready_seconds = time.perf_counter() - started
        self.port = int(line.split("http://127.0.0.1:")[1].split()[0])

    def peak_mib(self) -> int:
        """Give the most memory that it has held."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) // 1024

    def stop(self) -> int:
        """Stop it gently; give its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait()

    def request(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Write a request down."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Pipe(asyncio.Protocol):
    """One connection: sends a request, reads its answer, sends the next."""

    def __init__(self, requests: deque[bytes], waits: list[float], done: asyncio.Future) -> None:
        """Take a queue that is shared with other connections."""
        self._requests, self._waits, self._done = requests, waits, done
        self._answer = b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Send the first request."""
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Read on; at the end of the answer send the next request."""
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._waits.append(time.perf_counter() - self._sent)
        if not head.startswith((b"HTTP/1.1 202", b"HTTP/1.1 200")) or b'"rejected":[{' in body:
            self._done.set_exception(RuntimeError(self._answer[:500].decode()))
            return
        self._answer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail where the server hung up."""
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("The server hung up."))

    def _next(self) -> None:
        if self._requests:
            self._sent = time.perf_counter()
            self._transport.write(self._requests.popleft())
        elif not self._done.done():
            self._done.set_result(None)
            self._transport.close()


async def drive(
    server: Server, requests: list[bytes], n_pipes: int, *, with_reports: bool = False
) -> Load:
    """Send requests over some connections, each waiting for its answers."""
    loop = asyncio.get_running_loop()
    queue, waits = deque(requests), []
    polls: list[float] = []
    poll = loop.create_task(_poll(server, polls)) if with_reports else None
    started = time.perf_counter()
    ends = []
    for _ in range(n_pipes):
        ends.append(loop.create_future())
        await loop.create_connection(
            lambda end=ends[-1]: Pipe(queue, waits, end), "127.0.0.1", server.port
        )
    await asyncio.gather(*ends)
    seconds = time.perf_counter() - started
    if poll is not None:
        poll.cancel()
        with suppress(asyncio.CancelledError):
            await poll  # a report that failed fails the run
    waits.sort()
    p50, p99 = (waits[int(len(waits) * share)] * 1e3 for share in (0.5, 0.99))
    return Load(len(requests), seconds, p50, p99, polls)


def envelopes(n_events: int, kind: str) -> Iterator[bytes]:
    """Make envelopes of 100 events: ten chats of ten messages."""
    for body in reference.envelopes(n_events, kind):
        events = msgspec.json.decode(body)["events"]
        for start in range(0, len(events), ENVELOPE):
            yield msgspec.json.encode({"events": events[start : start + ENVELOPE]})


def singles(n_events: int, kind: str) -> Iterator[bytes]:
    """Make envelopes of one message each, of as many chats as there are connections."""
    rng = random.Random(2)  # noqa: S311  # seeded: every run sends the same
    ids = TimeOrderedIds(rng.getrandbits)
    for number in range(n_events):
        turn = number // CONNECTIONS
        event = {
            "id": ids.make(time.time_ns() // 1000) if kind == "uuid7" else str(uuid.uuid4()),
            "type": "message",
            "conversation_id": f"s-{turn // reference.MESSAGES:06d}-{number % CONNECTIONS:02d}",
            "user_id": f"u-{number % CONNECTIONS}",
            "role": "agent" if turn % 2 else "user",
            "text": reference._TEXTS[turn % 2],  # noqa: SLF001  # the same words as there
        }
        yield msgspec.json.encode({"events": [event]})


def measure(n_events: int, n_singles: int, kind: str) -> None:
    """Measure one kind of ids and print what was seen."""
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as bare:
        server = Server(Path(ours))
        many = [server.request("POST", "/v1/events", body) for body in envelopes(n_events, kind)]
        load = uvloop.run(drive(server, many, PIPES))
        del many
        peak = server.peak_mib()
        one = [server.request("POST", "/v1/events", body) for body in singles(n_singles, kind)]
        single = uvloop.run(drive(server, one, CONNECTIONS, with_reports=True))
        print(f"{kind}: ready in {server.ready_seconds:.2f} s, exit code {server.stop()}")
        _strip(Path(ours) / FILE)
        bare_seconds = reference.run_bare(Path(bare), Path(ours) / FILE)
        rate, reference_rate = n_events / load.seconds, n_events / bare_seconds
        print(
            f"{kind}: envelopes of 100: {rate:,.0f} events/s (bar 25,000), p50 {load.p50_ms:.1f}"
            f" ms, p99 {load.p99_ms:.1f} ms; bare sqlite3 {reference_rate:,.0f} events/s, ratio"
            f" {rate / reference_rate:.3f} (bar 0.12); peak {peak} MiB (bar 250)"
        )
        slowest = max(single.report_ms, default=0.0)
        print(
            f"{kind}: single events, {CONNECTIONS} connections:"
            f" {single.n_requests / single.seconds:,.0f} requests/s (bar 2,000), p50"
            f" {single.p50_ms:.1f} ms, p99 {single.p99_ms:.1f} ms (bar 100);"
            f" {len(single.report_ms)} reports beside them, the slowest {slowest:.0f} ms"
        )


async def _poll(server: Server, polls: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        end = loop.create_future()
        queue = deque([server.request("GET", _REPORT)])
        waits: list[float] = []
        await loop.create_connection(
            lambda queue=queue, waits=waits, end=end: Pipe(queue, waits, end),
            "127.0.0.1",
            server.port,
        )
        await end
        polls.append(waits[0] * 1e3)
        await asyncio.sleep(1)


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0])


def _strip(path: Path) -> None:
    # The reference writes what the envelopes were: without the single events.
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM events WHERE conversation_id LIKE 's-%'")
        connection.execute("DELETE FROM sessions WHERE conversation_id LIKE 's-%'")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--singles", type=int, default=40_000)
    parser.add_argument("--ids", choices=("uuid7", "uuid4"), action="append")
    chosen = parser.parse_args()
    for name in chosen.ids or ("uuid7", "uuid4"):
        measure(chosen.events, chosen.singles, name)
