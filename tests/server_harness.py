"""Servers for tests: a clock that can be moved, keys, and a caller that knows the addresses."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from contextlib import contextmanager
from itertools import count
from urllib.parse import quote

import httpx

from afterword.intake.clock import Clock
from afterword.journal import Journal
from afterword.journal.keys import create_key
from afterword.server.serve import running
from afterword.server.settings import Settings
from cli_harness import COMMAND

MINUTE = 60
DAY = 86_400
_ids = count(1)


class MovableClock(Clock):
    """Server time that a test moves forward."""

    def __init__(self):
        """Begin at the system's time."""
        super().__init__()
        self._ahead_us = 0

    def now_us(self):
        """Give the moved time."""
        return super().now_us() + self._ahead_us

    def move(self, seconds):
        """Let time pass."""
        self._ahead_us += int(seconds * 1_000_000)


def make_key(
    data_dir, kind="secret", scopes=("write", "read"), project="default", url=None, **more
):
    """Make a key as the command line does; give its id and itself."""
    journal = Journal.open(data_dir, url)
    with journal.write() as connection:
        key, secret = create_key(connection, project, kind, scopes, **more)
    journal.close()
    return key.id, secret


class Caller:
    """Calls one server with one key; ``services`` are the server's, where it runs beside us."""

    services = None

    def __init__(self, url, key=None, transport=None):
        """Take an address and a key; none calls without."""
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self.key = key
        self.http = httpx.Client(base_url=url, headers=headers, timeout=30, transport=transport)

    def other(self, data_dir, **key):
        """Give a caller of the same server with a new key of another kind."""
        return Caller(self.http.base_url, make_key(data_dir, **key)[1])

    def reads(self, path, status=200, **query):
        """Read something; give the body of the answer, which must be JSON."""
        answer = self.http.get(path, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def report(self, name="distribution", **query):
        """Read a report."""
        return self.reads(f"/v1/reports/{name}", **query)

    def send(self, *events):
        """Send events; give the answer's body, which must be a 202."""
        # ASCII, so that half a surrogate pair can be sent too.
        answer = self.http.post("/v1/events", content=json.dumps({"events": list(events)}))
        assert answer.status_code == 202, answer.text
        return answer.json()

    def chat(self, conversation_id, **common):
        """Have a short talk, so that there is something to rate."""
        answer = self.send(
            said(conversation_id, "user", "why was I charged twice?", **common),
            said(conversation_id, "agent", "one is a pending hold", **common),
        )
        assert answer["accepted"] == 2, answer

    def thank(self, conversation_id, **common):
        """Have a talk that ends with thanks; give the ask that comes of it."""
        self.chat(conversation_id, **common)
        answer = self.send(
            said(conversation_id, "user", "ah, thanks!", **common),
            said(conversation_id, "agent", "you are welcome", **common),
        )
        (ask,) = answer["asks"]
        return ask

    def rate(self, conversation_id, **body):
        """Rate a conversation; give the response."""
        path = f"/v1/conversations/{quote(conversation_id, safe='')}/rating"
        return self.http.post(path, json=body)

    def unrate(self, conversation_id):
        """Take a rating back; give the response."""
        return self.http.delete(f"/v1/conversations/{quote(conversation_id, safe='')}/rating")

    def session(self, session_id):
        """Read a session; give the body of the answer."""
        answer = self.http.get(f"/v1/sessions/{quote(session_id, safe='')}")
        assert answer.status_code == 200, answer.text
        return answer.json()


def said(conversation_id, role, text="hello there", **more):
    """Make a message."""
    return {
        "type": "message",
        "conversation_id": conversation_id,
        "role": role,
        "text": text,
        **more,
    }


def problem(answer, status, code, field=None):
    """Check that an answer is this problem; give its detail."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], body["status"], body.get("field")) == (code, status, field), body
    return body["detail"]


def named(*events):
    """Give events ids of their own, so that they may be sent again."""
    return [{"id": f"e-{next(_ids)}", **event} for event in events]


@contextmanager
def served(data_dir, clock=None, **key):
    """Run a server on a folder and give a caller with a new key."""
    _, secret = make_key(data_dir, **key)
    with running(Settings(data_dir=data_dir, port=0), clock=clock) as server:
        caller = Caller(server.url, secret)
        caller.services = server.services
        try:
            yield caller
        finally:
            caller.http.close()


class Wire:
    """A bare connection to a server: what is sent is exactly what is written here."""

    def __init__(self, url, key=None):
        """Connect."""
        url = httpx.URL(url)
        self._head = f"Host: {url.host}\r\n"
        self._head += "" if key is None else f"Authorization: Bearer {key}\r\n"
        self.socket = socket.create_connection((url.host, url.port), timeout=30)
        self._read = b""

    def start(self, line, *headers):
        """Send the head of a request."""
        lines = "".join(f"{header}\r\n" for header in headers)
        self.send(f"{line} HTTP/1.1\r\n{self._head}{lines}\r\n".encode())

    def send(self, data):
        """Send bytes."""
        self.socket.sendall(data)

    def read(self):
        """Read one answer; give its status, its headers in lower case and its body."""
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        status, *lines = head.decode().lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers.get("content-length", 0))
        while len(self._read) < length:
            self._more()
        body, self._read = self._read[:length], self._read[length:]
        return int(status.split(" ")[1]), headers, body

    def close(self):
        """Hang up."""
        self.socket.close()

    def __enter__(self):
        """Use it for a block."""
        return self

    def __exit__(self, *_):
        """Hang up."""
        self.close()

    def _more(self):
        data = self.socket.recv(65_536)
        assert data, "the server hung up"
        self._read += data


@contextmanager
def serving(folder, *options, **variables):
    """Run ``afterword serve`` with variables of its own; give the process and a caller of it."""
    _, key = make_key(folder, url=variables.get("AFTERWORD_DATABASE_URL"))
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("AFTERWORD_")
    }
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  # our own command
            [COMMAND, "serve", "--data", str(folder), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=log,
            env=clean | variables,
        )
    try:
        url = process.stdout.readline().decode().split()[2]
        caller = Caller(url, key)
        yield process, caller
        caller.http.close()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
