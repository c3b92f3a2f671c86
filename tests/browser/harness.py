"""A chat page with the widget, and a server that records what arrives and can misbehave.

The page is served from ``localhost`` and the server answers at ``127.0.0.1``: two origins, as in
life. ``Backend`` is what the tests speak to; the real server can stand behind the same names.
"""

from __future__ import annotations

import base64
import itertools
import json
import queue
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from afterword.domain.texts import texts

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "web" / "widget"
SERVED = WEB / "widget.v1.js"
KEY = "aw_pk_test"
PATIENCE = 20  # seconds until something that must come counts as lost; never waited out
_FILES = {
    "/widget.v1.js": ("text/javascript; charset=utf-8", SERVED),
    "/again.js": ("text/javascript; charset=utf-8", SERVED),
    "/chat.css": ("text/css", HERE / "chat.css"),
    "/chat.js": ("text/javascript; charset=utf-8", HERE / "chat.js"),
    "/chat": ("text/html; charset=utf-8", HERE / "chat.html"),
    "/flow": ("text/html; charset=utf-8", HERE / "flow.html"),
}
_numbers = itertools.count(1)


def token(user="u-7", *, expires_in=3600, **claims):
    """Make a token as a host's backend would; only its claims matter here."""
    claims = {"sub": user, "exp": int(time.time()) + expires_in, "n": next(_numbers), **claims}
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + ".s"


def new_ask(conversation_id="c-1", *, lives=600, **more):
    """Make an ask as the server grants it."""
    return {
        "ask_id": f"a-{next(_numbers)}",
        "session_id": f"{conversation_id}~1",
        "conversation_id": conversation_id,
        "trigger": "inactivity",
        "question": "How did this session go?",
        "options": [
            {"value": "positive", "label": "helpful"},
            {"value": "neutral", "label": "okay"},
            {"value": "negative", "label": "not what I needed"},
        ],
        "reason_question": "Anything we could have done better?",
        "acknowledgement": "Thanks \u2014 we'll use that to improve.",
        "locale": "en",
        "light": False,
        "may_stop": False,
        "expires_at": (datetime.now(UTC) + timedelta(seconds=lives)).isoformat(),
        **more,
    }


class Backend:
    """Afterword's part: keeps events once an id, pushes asks, fails on demand."""

    def __init__(self):
        """Start on a free loopback port."""
        self.events = {}  # id -> event, first come
        self.calls = []  # (method, path, status), in order
        self.headers = []  # of the calls to the API
        self.tokens = []  # what the page's token address gives, one after the other
        self.failures = []  # statuses to answer next, or "drop"; the last one stays if `is_down`
        self.is_down = False
        self.retry_after = None
        self.rejects = {}  # rating -> code; of "undo" it is the code of taking back
        self.denied = set()  # tokens answered with 401
        self.forbids = False
        self.is_silent = False  # streams open and say nothing
        self.n_lost_answers = 0  # take so many calls in, and drop the line before answering
        self._changed = threading.Condition()
        self._streams = {}
        self._http = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"backend": self})
        )
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.page_url = f"http://localhost:{self.port}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        """Stop, closing every stream."""
        self.close_streams()
        self._http.shutdown()
        self._http.server_close()

    def send_ask(self, ask=None, **more):
        """Push an ask to every open stream, its language's words before it; give it."""
        ask = ask or new_ask(**more)
        self._push(_words(ask["locale"]))
        self._push(_block("ask", ask, ask["ask_id"]))
        return ask

    def end_ask(self, ask, state="answered"):
        """Tell every open stream that an ask ended elsewhere."""
        self._push(_block("ended", {"ask_id": ask["ask_id"], "state": state}))

    def close_streams(self):
        """Cut every open stream."""
        with self._changed:
            for stream in self._streams.values():
                stream.put(None)

    @property
    def n_streams(self):
        """Count the open streams."""
        return len(self._streams)

    def wait(self, holds, what="something"):
        """Wait until a condition on what has arrived holds."""
        with self._changed:
            assert self._changed.wait_for(holds, PATIENCE), (
                f"{what} did not come: {self.calls[-8:]} {self.sent()}"
            )

    def wait_stream(self, n=1):
        """Wait until that many streams are open."""
        self.wait(lambda: self.n_streams == n, f"{n} streams")

    def wait_steps(self, *steps):
        """Wait for exactly these, in order; see `sent`."""
        self.wait(lambda: self.sent(shown="shown" in steps) == list(steps), f"{steps}")

    def sent(self, *, shown=False):
        """Give what arrived, once an id: steps of asks, ratings with their reason, ``undo``.

        Args:
            shown: With the step ``shown``, which a slow machine may add anywhere.
        """
        names = [_name(event) for event in list(self.events.values())]
        return [name for name in names if shown or name != "shown"]

    # What the handler calls.

    def note(self, method, path, status):
        """Keep a call."""
        with self._changed:
            self.calls.append((method, path, status))
            self._changed.notify_all()

    def take(self, event):
        """Take an event in; give its rejection, if it is rejected."""
        with self._changed:
            code = self.rejects.get(event.get("rating"))
            if code is None:
                self.events.setdefault(event["id"], event)
            self._changed.notify_all()
            return code

    def open_stream(self):
        """Open a stream; give its number and queue."""
        with self._changed:
            number = next(_numbers)
            self._streams[number] = queue.Queue()
            self._changed.notify_all()
            return number, self._streams[number]

    def drop_stream(self, number):
        """Forget a stream."""
        with self._changed:
            self._streams.pop(number, None)
            self._changed.notify_all()

    def _push(self, block):
        with self._changed:
            assert self._streams, "no stream is open"
            for stream in self._streams.values():
                stream.put(block)


def _block(kind, body, number=None):
    named = f"id: {number}\n" if number else ""
    return f"{named}event: {kind}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


def _words(locale):
    return _block("words", msgspec.to_builtins(texts(locale)))


def _name(event):
    if event["type"] == "rating":
        reason = event.get("reason")
        return event["rating"] if reason is None else f"{event['rating']}: {reason}"
    return event.get("step", event["type"])


class _Handler(BaseHTTPRequestHandler):
    """One call; ``backend`` is set by the backend that it serves."""

    backend: Backend
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = urlsplit(self.path).path
        if path == "/v1/asks":
            self._stream()
        elif path == "/token":
            has_token = bool(self.backend.tokens)
            body = {"token": self.backend.tokens.pop(0)} if has_token else {}
            self._answer(200 if has_token else 401, body)
        elif path in _FILES:
            kind, file = _FILES[path]
            body = file.read_text().replace("{server}", self.backend.url).encode()
            self._send(200, body, {"Content-Type": kind, "Content-Security-Policy": _CSP})
        else:
            self._send(204, b"", {})

    def do_OPTIONS(self):
        self._send(204, b"", _CORS)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._fails():
            return
        asked = [(event, self.backend.take(event)) for event in json.loads(body)["events"]]
        rejected = [
            {"index": index, "code": code, "detail": ""}
            for index, (_, code) in enumerate(asked)
            if code
        ]
        taken = len(asked) - len(rejected)
        self._answer(202, {"accepted": taken, "duplicates": 0, "rejected": rejected, "asks": []})

    def do_DELETE(self):
        if self._fails():
            return
        if (code := self.backend.rejects.get("undo")) is not None:
            self._answer(409, {"code": code})
            return
        about = unquote(self.path.split("/")[3])
        ratings = [
            event for event in self.backend.events.values() if event["type"] in ("rating", "undo")
        ]
        has_rating = bool(ratings) and ratings[-1]["type"] == "rating"
        if has_rating:
            number = f"undo-{next(_numbers)}"
            self.backend.take({"id": number, "type": "undo", "conversation_id": about})
        self._answer(204 if has_rating else 404, None)

    def _fails(self):
        self.backend.headers.append(dict(self.headers))
        status = None
        if self.backend.forbids:
            status = 403
        elif self.headers["Afterword-Token"] in self.backend.denied:
            status = 401
        elif self.backend.failures:
            is_last = len(self.backend.failures) == 1 and self.backend.is_down
            status = self.backend.failures[0] if is_last else self.backend.failures.pop(0)
        if status == "drop":
            self._drop()
        elif status is not None:
            wait = (
                {"Retry-After": str(self.backend.retry_after)} if self.backend.retry_after else {}
            )
            self._answer(status, {"code": "x"}, wait)
        return status is not None

    def _answer(self, status, body, more=None):
        if self.command in ("POST", "DELETE") and status < 300 and self.backend.n_lost_answers:
            self.backend.n_lost_answers -= 1
            self._drop()
            return
        text = b"" if body is None else json.dumps(body).encode()
        self._send(status, text, {"Content-Type": "application/json", **_CORS, **(more or {})})

    def _send(self, status, body, headers):
        self.backend.note(self.command, urlsplit(self.path).path, status)
        with suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

    def _drop(self):
        self.backend.note(self.command, urlsplit(self.path).path, 0)
        self.close_connection = True

    def _stream(self):
        query = parse_qs(urlsplit(self.path).query)
        if query["token"][0] in self.backend.denied or self.backend.forbids:
            self._answer(403 if self.backend.forbids else 401, {"code": "x"})
            return
        if self.backend.is_down:
            self._fails()
            return
        number, blocks = self.backend.open_stream()
        self.backend.note("GET", "/v1/asks", 200)
        self.close_connection = True
        with suppress(OSError):
            self.send_response(200)
            for name, value in {**_CORS, "Content-Type": "text/event-stream"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b": hello\n\n")
            if not self.backend.is_silent:
                self.wfile.write(_words(query["locale"][0]))
            self._pump(blocks)
        self.backend.drop_stream(number)

    def _pump(self, blocks):
        # Short heartbeats, so that a stream that the page has closed is noticed soon.
        while True:
            try:
                block = blocks.get(timeout=0.05)
            except queue.Empty:
                block = b":\n\n"
            if block is None:
                return
            self.wfile.write(block)
            self.wfile.flush()


_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Afterword-Token, Content-Type",
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "600",
}
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self' http://127.0.0.1:*; base-uri 'none'; form-action 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
