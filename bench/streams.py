"""Open streams: what they cost a server that idles, and how soon an ask arrives.

A real server process, 500 people with a stream each, as the widget opens it. Its processor time
over 20 s with heartbeats is set against that of the same number of idle kept-alive connections,
and of none. Then people end their talks one after the other: the delay is from the sending of the
event that causes an ask to the arrival of the ask on the person's stream. The bars: below 5 % of
one processor, every ask within 1.5 s.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from afterword.domain.tokens import claim, mint
from afterword.journal import Journal
from afterword.journal.keys import create_key

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

COMMAND = str(Path(sys.executable).with_name("afterword"))
CPU_BAR, DELAY_BAR = 0.05, 1.5
_TICKS = os.sysconf("SC_CLK_TCK")
_ENCODE = msgspec.json.Encoder().encode
Connection = tuple["StreamReader", "StreamWriter"]


class Server:
    """A server process of its own on a data folder, with a secret and a publishable key."""

    def __init__(self, data_dir: Path) -> None:
        """Make the keys, start the server, wait until it is ready."""
        journal = Journal.open(data_dir)
        with journal.write() as connection:
            _, self.secret = create_key(connection, "default", "secret")
            _, self.publishable = create_key(connection, "default", "publishable")
        journal.close()
        self._process = subprocess.Popen(  # noqa: S603  # our own command
            [COMMAND, "serve", "--data", str(data_dir), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=(data_dir / "server.log").open("w"),
            text=True,
        )
        line = self._process.stdout.readline()
        self.port = int(line.split("http://127.0.0.1:")[1].split()[0])

    def cpu_seconds(self) -> float:
        """Give the processor time that it has used, its own and the kernel's for it."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        user, system = fields.rpartition(") ")[2].split()[11:13]
        return (int(user) + int(system)) / _TICKS

    def stop(self) -> tuple[int, float]:
        """Tell it to stop; give its exit code and the seconds that it took."""
        started = time.perf_counter()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=60)
        self._process.stdout.close()
        return code, time.perf_counter() - started


async def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        await asyncio.sleep(options.settle)  # reports are made ready in the background
        none = await _share(server, options.seconds)
        idle = [await _connect(server, "/healthz") for _ in range(options.streams)]
        of_idle = await _share(server, options.seconds)
        for _, writer in idle:
            writer.close()
        streams = [await _listen(server, number) for number in range(options.streams)]
        of_streams = await _share(server, options.seconds)
        delays = await _delays(server, streams, options.asks)
        code, seconds = server.stop()
        for _, writer in streams:
            writer.close()
    print(f"processor with no connection       {none:6.2%}")
    print(f"with {options.streams} idle connections          {of_idle:6.2%}   (the reference)")
    print(
        f"with {options.streams} open streams              {of_streams:6.2%}   bar {CPU_BAR:.0%}"
    )
    print(
        f"an ask arrives after: median {statistics.median(delays):.2f} s,"
        f" most {max(delays):.2f} s of {len(delays)}   bar {DELAY_BAR} s"
    )
    print(f"stops with {options.streams} open streams: exit {code} after {seconds:.2f} s")
    is_met = of_streams < CPU_BAR and max(delays) < DELAY_BAR and code == 0
    print("met" if is_met else "MISSED")
    sys.exit(0 if is_met else 1)


async def _share(server: Server, seconds: float) -> float:
    """Give the share of one processor that the server uses while nothing happens."""
    before, started = server.cpu_seconds(), time.perf_counter()
    await asyncio.sleep(seconds)
    return (server.cpu_seconds() - before) / (time.perf_counter() - started)


async def _connect(server: Server, path: str) -> Connection:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    _check(head, b" 200 ")
    return reader, writer


def _check(head: bytes, status: bytes) -> None:
    if status not in head.partition(b"\r\n")[0]:
        raise RuntimeError(head.decode("latin-1"))


async def _listen(server: Server, number: int) -> Connection:
    token = mint(server.secret, claim(f"u-{number}", None, int(time.time()), 3600))
    reader, writer = await _connect(server, f"/v1/asks?key={server.publishable}&token={token}")
    await reader.readuntil(b"retry: 3000\n\n")
    return reader, writer


async def _delays(server: Server, streams: list[Connection], n_asks: int) -> list[float]:
    """End the talks of some people at random moments; give the delays of their asks."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    found = []
    for number in random.Random(1).sample(range(len(streams)), n_asks):  # noqa: S311  # no secret
        await _send(server, reader, writer, _talk(number))
        await asyncio.sleep(random.Random(number).random())  # noqa: S311  # no secret
        started = time.perf_counter()
        arriving = asyncio.create_task(streams[number][0].readuntil(b"event: ask\n"))
        await _send(server, reader, writer, _goodbye(number))
        await asyncio.wait_for(arriving, 30)
        found.append(time.perf_counter() - started)
    writer.close()
    return found


async def _send(
    server: Server, reader: StreamReader, writer: StreamWriter, events: list[dict[str, object]]
) -> None:
    body = _ENCODE({"events": events})
    head = (
        f"POST /v1/events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {server.secret}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    _check(answer, b" 202 ")
    length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)


def _talk(number: int) -> list[dict[str, object]]:
    return [_said(number, "user", text="why was I charged?"), _said(number, "agent", text="so")]


def _goodbye(number: int) -> list[dict[str, object]]:
    return [_said(number, "user", closing=True), _said(number, "agent", text="bye")]


def _said(number: int, role: str, **more: object) -> dict[str, object]:
    told = {"type": "message", "conversation_id": f"c-{number}", "user_id": f"u-{number}"}
    return {**told, "role": role, **more}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--asks", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--settle", type=float, default=10.0)
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
