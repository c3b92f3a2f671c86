"""Servers for tests: a clock that can be moved, keys, and a caller that knows the addresses."""

from __future__ import annotations

from contextlib import contextmanager
from urllib.parse import quote

import httpx

from afterword.intake.clock import Clock
from afterword.journal import Journal
from afterword.journal.keys import create_key
from afterword.server.serve import running
from afterword.server.settings import Settings

MINUTE = 60
DAY = 86_400


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


def make_key(data_dir, kind="secret", scopes=("write", "read"), project="default"):
    """Make a key as the command line does; give its id and itself."""
    journal = Journal.open(data_dir)
    with journal.write() as connection:
        key, secret = create_key(connection, project, kind, scopes)
    journal.close()
    return key.id, secret


class Caller:
    """Calls one server with one key."""

    def __init__(self, url, key=None, transport=None):
        """Take an address and a key; none calls without."""
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=30, transport=transport)

    def send(self, *events):
        """Send events; give the answer's body, which must be a 202."""
        answer = self.http.post("/v1/events", json={"events": list(events)})
        assert answer.status_code == 202, answer.text
        return answer.json()

    def chat(self, conversation_id, **common):
        """Have a short talk, so that there is something to rate."""
        answer = self.send(
            said(conversation_id, "user", "why was I charged twice?", **common),
            said(conversation_id, "agent", "one is a pending hold", **common),
        )
        assert answer["accepted"] == 2, answer

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


@contextmanager
def served(data_dir, clock=None, **key):
    """Run a server on a folder and give a caller with a new key."""
    _, secret = make_key(data_dir, **key)
    with running(Settings(data_dir=data_dir, port=0), clock=clock) as server:
        caller = Caller(server.url, secret)
        try:
            yield caller
        finally:
            caller.http.close()
