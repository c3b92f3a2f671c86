"""Pages for tests: what a widget in a browser sends and hears, with a key, a token, an origin."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager

import httpx

from server_harness import Caller, make_key

ORIGIN = "https://shop.example"
_PATIENCE = 100  # heartbeats
SOON = 0.2  # seconds between heartbeats where a test waits for one


def encode(told):
    """Write bytes or JSON as a part of a token."""
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(secret, header, claims):
    """Make a token as RFC 7519 says, with nothing of ours."""
    key = hmac.digest(secret.encode(), b"afterword-token", "sha256")
    signed = f"{encode(header)}.{encode(claims)}"
    return f"{signed}.{encode(hmac.digest(key, signed.encode(), 'sha256'))}"


def mint(secret, user_id="u-7", conversation_id=None, *, now=None, expires_in=3600, **header):
    """Make a token for a person."""
    now = int(time.time() if now is None else now)
    kid = hashlib.sha256(secret.encode()).hexdigest()[:16]
    claims = {"sub": user_id, "iat": now, "exp": now + expires_in}
    if conversation_id is not None:
        claims["cid"] = conversation_id
    return sign(secret, {"alg": "HS256", "typ": "JWT", "kid": kid, **header}, claims)


class Page(Caller):
    """A page of an origin: calls with a publishable key and a token."""

    def __init__(self, url, key, token, origin=ORIGIN):
        """Take what the host put into the page."""
        super().__init__(url, key)
        told = {"Afterword-Token": token, "Origin": origin}
        self.http.headers.update({name: value for name, value in told.items() if value})
        self.token = token

    def step(self, ask, step):
        """Tell what became of an ask."""
        told = {name: ask[name] for name in ("ask_id", "conversation_id")}
        return self.send({"type": "ask", "step": step, **told})

    @contextmanager
    def listen(self, last=None, **query):
        """Open a stream as an ``EventSource`` does; give what is heard."""
        headers = {} if last is None else {"Last-Event-ID": last}
        query = {"key": self.key, "token": self.token, **query}
        address = str(self.http.base_url)
        origin = {"Origin": self.http.headers["Origin"]} if "Origin" in self.http.headers else {}
        with (
            httpx.Client(base_url=address, timeout=30) as http,
            http.stream("GET", "/v1/asks", params=query, headers=headers | origin) as answer,
        ):
            if answer.status_code == 200:
                hearing = Hearing(answer)  # kept: whoever drops it hangs up
                yield hearing
            else:
                answer.read()
                yield answer


class Hearing:
    """What a stream says, one block after the other."""

    def __init__(self, answer):
        """Take an answer that has begun."""
        self.answer = answer
        self._lines = answer.iter_lines()
        assert self.block() == {"retry": "3000"}

    def block(self):
        """Give the next block by its fields; a comment's field is empty; None at the end."""
        found = {}
        for line in self._lines:
            if not line:
                return found
            name, _, value = line.partition(":")
            found[name] = value.removeprefix(" ")
        return None

    def event(self):
        """Give the next event, past heartbeats: its name and its data; None at the end."""
        for _ in range(_PATIENCE):
            block = self.block()
            if block is None:
                return None
            if "event" in block:
                return block["event"], json.loads(block["data"])
        raise AssertionError("nothing but heartbeats")

    def ask(self):
        """Give the next event, which must be an ask."""
        name, ask = self.event()
        assert name == "ask", (name, ask)
        return ask

    def ended(self):
        """Give the next event, which must be the end of an ask: its id and state."""
        name, told = self.event()
        assert name == "ended", (name, told)
        return told["ask_id"], told["state"]

    def is_silent(self):
        """Tell whether nothing but a heartbeat comes next, and next again."""
        return self.block() == self.block() == {"": "here"}


def page(caller, data_dir, user_id="u-7", conversation_id=None, **key):
    """Give a page of a person, with a new publishable key."""
    _, publishable = make_key(data_dir, kind="publishable", **{"allow_origins": (ORIGIN,), **key})
    now = None if caller.services is None else caller.services.clock.now_us() / 1e6
    token = mint(caller.key, user_id, conversation_id, now=now)
    return Page(caller.http.base_url, publishable, token)
