"""The same conversations into Afterword and into two tracing servers, over their own HTTP APIs.

A conversation has five turns: a question and its answer. Afterword takes a turn as two events, a
tracing server as one span with input and output that names its session. All get envelopes of 50 on
four connections, each of which waits for its answers. What counts are sessions a second until all
are acknowledged, and until the last one can be read back: an answer may come before the commit.
Each tracing server runs from an environment of its own, and is left out, saying so, without one:

    python -m venv mlflow && mlflow/bin/pip install mlflow 'psycopg[binary]'
    python -m venv phoenix && phoenix/bin/pip install 'arize-phoenix[pg]'
    PEER_MLFLOW=mlflow/bin PEER_PHOENIX=phoenix/bin python bench/peers/peers.py

``--postgresql`` gives each a database on a PostgreSQL of our own instead of SQLite.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from afterword.journal import Journal
from afterword.journal.keys import create_key

sys.path.append(str(Path(__file__).parents[1]))
from postgresql import started

if TYPE_CHECKING:
    from collections.abc import Callable

TURNS = 5  # of one conversation
ENVELOPE = 50
CONNECTIONS = 4
WARM_UP = 100  # sessions that are sent before the clock runs
READY_SECONDS = 180.0
_QUESTION = "Why was I charged twice? I do not understand this bill at all."
_ANSWER = "One is a pending hold; it drops off on Friday. Can I do more?"


class Turn(NamedTuple):
    """One question and its answer, with the ids that a trace needs."""

    session: str
    trace: str
    span: str


class Peer(NamedTuple):
    """How a server is started, what it is sent, and how the last of it is read back."""

    name: str
    command: list[str]
    environment: dict[str, str]
    ready: str
    path: str
    headers: dict[str, str]
    pieces: Callable[[Turn], list[dict[str, Any]]]
    wrap: Callable[[list[dict[str, Any]]], dict[str, Any]]
    read: Callable[[Turn], tuple[str, str]]  # a path, and what its answer holds once it is there


def afterword(folder: Path, port: int, database: str | None) -> Peer:
    """Describe a server of ours, with a key."""
    journal = Journal.open(None if database else folder, database)
    with journal.write() as connection:
        _, key = create_key(connection, "default", "secret")
    journal.close()
    where = ["--data", str(folder), *(["--database-url", database] if database else [])]
    command = os.environ.get("BENCH_COMMAND") or str(Path(sys.executable).with_name("afterword"))

    def events(turn: Turn) -> list[dict[str, Any]]:
        common = {"type": "message", "conversation_id": turn.session, "user_id": turn.session}
        return [
            {**common, "role": "user", "text": _QUESTION},
            {**common, "role": "agent", "text": _ANSWER},
        ]

    return Peer(
        "Afterword",
        [command, "serve", "--port", str(port), *where],
        {},
        "/readyz",
        "/v1/events",
        {"Authorization": f"Bearer {key}"},
        events,
        lambda pieces: {"events": pieces},
        lambda turn: (f"/v1/sessions/{turn.session}~1", f'"n_agent":{TURNS}'),
    )


def mlflow(folder: Path, port: int, database: str | None) -> Peer:
    """Describe an MLflow tracking server, told by OTLP in JSON."""
    store = database or f"sqlite:///{folder}/mlflow.db"
    command = [f"{os.environ['PEER_MLFLOW']}/mlflow", "server", "--backend-store-uri", store]

    def spans(turn: Turn) -> list[dict[str, Any]]:
        now_ns = time.time_ns()
        told = {
            "session.id": turn.session,
            "mlflow.trace.session": turn.session,
            "mlflow.spanInputs": json.dumps(_QUESTION),
            "mlflow.spanOutputs": json.dumps(_ANSWER),
        }
        return [
            {
                "traceId": turn.trace,
                "spanId": turn.span,
                "name": "turn",
                "kind": 1,
                "startTimeUnixNano": str(now_ns),
                "endTimeUnixNano": str(now_ns + 1_000_000),
                "attributes": [
                    {"key": key, "value": {"stringValue": value}} for key, value in told.items()
                ],
                "status": {"code": 1},
            }
        ]

    return Peer(
        "MLflow",
        [*command, "--host", "127.0.0.1", "--port", str(port), "--workers", "1"],
        {"MLFLOW_DISABLE_TELEMETRY": "true", "PATH": _path("PEER_MLFLOW")},
        "/health",
        "/v1/traces",
        {"x-mlflow-experiment-id": "0"},
        spans,
        lambda pieces: {"resourceSpans": [{"scopeSpans": [{"spans": pieces}]}]},
        lambda turn: (f"/api/3.0/mlflow/traces/tr-{turn.trace}", f"tr-{turn.trace}"),
    )


def phoenix(folder: Path, port: int, database: str | None) -> Peer:
    """Describe a Phoenix server, told by its JSON of spans."""

    def spans(turn: Turn) -> list[dict[str, Any]]:
        now = datetime.now(UTC).isoformat()
        return [
            {
                "name": "turn",
                "context": {"trace_id": turn.trace, "span_id": turn.span},
                "span_kind": "CHAIN",
                "parent_id": None,
                "start_time": now,
                "end_time": now,
                "status_code": "OK",
                "attributes": {
                    "session.id": turn.session,
                    "input.value": _QUESTION,
                    "output.value": _ANSWER,
                },
            }
        ]

    return Peer(
        "Phoenix",
        [f"{os.environ['PEER_PHOENIX']}/phoenix", "serve"],
        {
            "PHOENIX_PORT": str(port),
            "PHOENIX_GRPC_PORT": str(_free_port()),
            "PHOENIX_HOST": "127.0.0.1",
            "PHOENIX_WORKING_DIR": str(folder),
            "PHOENIX_TELEMETRY_ENABLED": "false",
            **({"PHOENIX_SQL_DATABASE_URL": database} if database else {}),
        },
        "/healthz",
        "/v1/projects/default/spans",
        {},
        spans,
        lambda pieces: {"data": pieces},
        lambda turn: (f"/v1/projects/default/spans?trace_id={turn.trace}", turn.span),
    )


def measure(peer: Peer, port: int, n_sessions: int, log: Path) -> tuple[float, float]:
    """Start a server, warm it up, send the sessions.

    Returns:
        Sessions a second until all are acknowledged, and until the last can be read back.
    """
    with log.open("w") as told:
        process = subprocess.Popen(  # noqa: S603  # the commands above
            peer.command,
            env={**os.environ, **peer.environment},
            stdout=told,
            stderr=told,
            start_new_session=True,  # some start workers, which end with them
        )
    try:
        _await_ready(peer, port, process, log)
        _send(peer, port, WARM_UP)
        began = time.perf_counter()
        last = _send(peer, port, n_sessions)
        acknowledged = time.perf_counter() - began
        path, mark = peer.read(last)
        while mark not in _call(port, "GET", path, peer.headers)[1]:
            time.sleep(0.01)
        kept = time.perf_counter() - began
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    return n_sessions / acknowledged, n_sessions / kept


def _send(peer: Peer, port: int, n_sessions: int) -> Turn:
    sessions = [f"c-{secrets.token_hex(8)}" for _ in range(n_sessions)]
    turns = [
        Turn(session, secrets.token_hex(16), secrets.token_hex(8))
        for session in sessions
        for _ in range(TURNS)
    ]
    pieces = [piece for turn in turns for piece in peer.pieces(turn)]
    bodies: SimpleQueue[bytes] = SimpleQueue()
    for start in range(0, len(pieces), ENVELOPE):
        bodies.put(json.dumps(peer.wrap(pieces[start : start + ENVELOPE])).encode())

    def work() -> None:
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        with suppress(Empty):
            while True:
                body = bodies.get_nowait()
                wire.request("POST", peer.path, body, {**peer.headers, **_JSON})
                answer = wire.getresponse()
                told = answer.read()
                if answer.status >= 300:  # noqa: PLR2004  # not a success
                    raise SystemExit(f"{peer.name}: {answer.status} {told[:300]!r}")
        wire.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for done in [pool.submit(work) for _ in range(CONNECTIONS)]:
            done.result()
    return turns[-1]


_JSON = {"Content-Type": "application/json"}


def _await_ready(peer: Peer, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            if _call(port, "GET", peer.ready, {})[0] == http.client.OK:
                return
        time.sleep(0.2)
    raise SystemExit(f"{peer.name} did not start:\n{log.read_text()[-2000:]}")


def _call(port: int, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        wire.request(method, path, headers=headers)
        answer = wire.getresponse()
        return answer.status, answer.read().decode()
    finally:
        wire.close()


def _path(name: str) -> str:
    return f"{os.environ[name]}:{os.environ['PATH']}"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


_PEERS = {"": afterword, "PEER_MLFLOW": mlflow, "PEER_PHOENIX": phoenix}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1_000)
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {chosen.sessions:,} sessions of {TURNS} turns")
    ours = 0.0
    for place, describe in _PEERS.items():
        if place and place not in os.environ:
            print(f"{describe.__name__}: left out, {place} does not name its environment")
            continue
        with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
            database = None
            if chosen.postgresql:
                database = opened.enter_context(started()).url()
            port = _free_port()
            peer = describe(Path(folder), port, database)
            rate, kept = measure(peer, port, chosen.sessions, Path(folder) / "server.log")
        ours = ours or kept
        print(
            f"{peer.name}: {rate:,.1f} sessions/s until acknowledged, {kept:,.1f} until the last"
            f" can be read; Afterword {ours / kept:.1f} times as fast until then"
        )
