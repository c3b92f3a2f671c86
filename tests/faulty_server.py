"""A small real HTTP server: does to one request after another what it is told, then is well."""

from __future__ import annotations

import json
import time
from collections import deque
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class FaultyServer:
    """Keeps what it was sent: ``requests`` all of it, ``events`` what it has accepted, once."""

    def __init__(self):
        """Listen on a port of its own."""
        self.faults = deque()  # one for each request: takes its handler, and answers or does not
        self.requests = []  # when each came, by a clock that does not jump, and its events
        self.events = []
        self.n_poured = 0  # bytes of answers that never end
        self.is_hanging, self.may_go = Event(), Event()
        self._ids = set()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    @contextmanager
    def running(self):
        """Serve for a block."""
        thread = Thread(target=self._http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self.may_go.set()
            self._http.shutdown()
            thread.join()
            self._http.server_close()

    def take(self, events, **more):
        """Keep events as a server does; give its answer."""
        fresh = [event for event in events if event["id"] not in self._ids]
        self._ids.update(event["id"] for event in fresh)
        self.events += fresh
        n_known = len(events) - len(fresh)
        return {"accepted": len(fresh), "duplicates": n_known, "rejected": [], "asks": [], **more}

    def _handler(server):  # noqa: N805  # what follows is a handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # http.server calls it so
                body = self.rfile.read(int(self.headers["content-length"]))
                events = json.loads(body)["events"]
                server.requests.append((time.monotonic(), events))
                if server.faults:
                    self.close_connection = True
                    server.faults.popleft()(server, self, events)
                else:
                    reply(self, 202, server.take(events))

            def log_message(self, *_):
                """Say nothing."""

        return Handler


def reply(handler, status, body, **headers):
    """Answer with a whole response."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in {"content-length": len(content), **headers}.items():
        handler.send_header(name.replace("_", "-"), str(value))
    if handler.close_connection:
        handler.send_header("connection", "close")
    handler.end_headers()
    handler.wfile.write(content)


def status(code, body=b"<html>", **headers):
    """Make a fault: this status, and nothing is kept."""
    return lambda _server, handler, _events: reply(handler, code, body, **headers)


def raw(content):
    """Make a fault: these bytes, whatever they are, then the end of the connection."""
    return lambda _server, handler, _events: handler.wfile.write(content)


def newer(**more):
    """Make the answer of a later version: all is kept, and there is more to it."""
    return lambda server, handler, events: reply(handler, 202, server.take(events, **more))


def half_an_answer(server, handler, events):
    """Keep all, and break off in the middle of saying so."""
    content = json.dumps(server.take(events)).encode()
    handler.wfile.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: %d\r\n\r\n" % len(content))
    handler.wfile.write(content[: len(content) // 2])


def half_a_chunk(server, handler, events):
    """Keep all, and break off in the middle of a piece."""
    server.take(events)
    head = b"HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n"
    handler.wfile.write(head + b'40\r\n{"accepted": 1')


def hang_up(_server, handler, _events):
    """Say nothing at all."""
    handler.connection.close()


def hang(server, handler, events):
    """Answer when a test lets it, and not before."""
    server.is_hanging.set()
    server.may_go.wait()
    reply(handler, 202, server.take(events))


def drip(server, handler, _events):
    """Answer a byte at a time, for as long as anybody listens."""
    handler.wfile.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 1000000000\r\n\r\n")
    _pour(server, handler, b" ", 0.02)


def flood(server, handler, _events):
    """Answer with more than anybody wants, for as long as anybody listens."""
    handler.wfile.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 1000000000\r\n\r\n")
    _pour(server, handler, b" " * 65_536, 0)


def _pour(server, handler, piece, pause):
    try:
        while True:
            handler.wfile.write(piece)
            server.n_poured += len(piece)
            time.sleep(pause)
    except OSError:
        return  # at last
