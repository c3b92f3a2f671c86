"""Slack, as far as the example speaks with it: what it is asked is kept, what it sends is signed.

Shapes as in https://docs.slack.dev: reference/methods (chat.postMessage, chat.postEphemeral,
views.open, auth.test), reference/interaction-payloads (block_actions, view_submission),
reference/events/message, and authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Condition, Thread
from urllib.parse import parse_qs, urlencode

import httpx

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105  # the one of Slack's documents
BOT, TEAM, APP, CHANNEL = "U0BOT00001", "T0AFTERW0RD", "A0EXAMPLE1", "C0BILLING1"
PATIENCE = 20  # seconds until something that must come counts as lost; never waited out
_numbers = count(1)


def stamp():
    """Make the time stamp of a message, which is its id in its channel."""
    return f"{int(time.time())}.{next(_numbers):06d}"


class Slack:
    """Slack's Web API and response URLs on a loopback port, and what it sends to an app."""

    def __init__(self):
        """Listen."""
        self.calls = []  # (method or "response_url", arguments)
        self.errors = {}  # method -> error to answer with, once
        self._changed = Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.app = None  # where requests go

    def close(self):
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def take(self, name, arguments):
        """Keep a call; give the answer."""
        with self._changed:
            self.calls.append((name, arguments))
            self._changed.notify_all()
            error = self.errors.pop(name, None)
        if error is not None:
            return {"ok": False, "error": error}
        return {"ok": True, **_ANSWERS.get(name, dict)()}

    def wait(self, name, **like):
        """Wait for a call whose arguments have these values; give them all."""

        def find():
            return next((told for told in self.told(name) if like.items() <= told.items()), None)

        with self._changed:
            assert self._changed.wait_for(find, PATIENCE), (
                f"{name} {like} did not come: {self.calls}"
            )
            return find()

    def told(self, name, **like):
        """Give the arguments of every such call so far."""
        return [a for called, a in self.calls if called == name and like.items() <= a.items()]

    def send_event(self, event):
        """Send an event; give the app's answer."""
        body = {
            "token": "one-long-verification-token",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(_numbers)}",
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": BOT,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        return self.send(json.dumps(body), "application/json")

    def say(self, user, text, thread=None, channel=CHANNEL, **more):
        """Have a user write; give the message's time stamp."""
        ts = stamp()
        event = {
            "type": "message",
            "user": user,
            "text": text,
            "ts": ts,
            "channel": channel,
            "event_ts": ts,
            "channel_type": "channel",
            **({} if thread is None else {"thread_ts": thread, "parent_user_id": user}),
            **more,
        }
        assert self.send_event(event).status_code == 200
        return ts

    def press(self, user, message, action_id):
        """Have a user press a button of an ephemeral message; give the response URL's path."""
        buttons = {
            one["action_id"]: (block, one)
            for block in message["blocks"]
            if block["type"] == "actions"
            for one in block["elements"]
        }
        block, one = buttons[action_id]
        path = f"/actions/{TEAM}/{next(_numbers)}/x"
        body = {
            "type": "block_actions",
            "user": _user(user),
            "api_app_id": APP,
            "token": "one-long-verification-token",
            "container": {
                "type": "message",
                "message_ts": stamp(),
                "channel_id": CHANNEL,
                "is_ephemeral": True,
            },
            "trigger_id": f"{next(_numbers)}.{next(_numbers)}.trigger",
            "team": {"id": TEAM, "domain": "example"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": CHANNEL, "name": "billing"},
            "state": {"values": {}},
            "response_url": self.url + path,
            "actions": [
                {
                    "action_id": action_id,
                    "block_id": block.get("block_id", "wIyz"),
                    "text": {**one["text"], "emoji": True},
                    "value": one["value"],
                    "type": "button",
                    "action_ts": stamp(),
                }
            ],
        }
        answer = self.send(urlencode({"payload": json.dumps(body)}))
        assert (answer.status_code, answer.text) == (200, ""), answer.text
        return path

    def submit(self, user, view, text):
        """Have a user send a modal; give the app's answer."""
        (block,) = view["blocks"]
        kept = {"type": "plain_text_input", "value": text}
        body = {
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "example"},
            "user": _user(user),
            "api_app_id": APP,
            "token": "one-long-verification-token",
            "trigger_id": f"{next(_numbers)}.{next(_numbers)}.trigger",
            "view": {
                **view,
                "id": "V0MODAL001",
                "team_id": TEAM,
                "state": {"values": {block["block_id"]: {block["element"]["action_id"]: kept}}},
                "hash": "1596530361.3wRYuk3R",
                "clear_on_close": False,
                "notify_on_close": False,
                "previous_view_id": None,
                "root_view_id": "V0MODAL001",
                "app_id": APP,
                "external_id": "",
                "app_installed_team_id": TEAM,
                "bot_id": "B0BOT00001",
            },
            "response_urls": [],
            "is_enterprise_install": False,
            "enterprise": None,
        }
        return self.send(urlencode({"payload": json.dumps(body)}))

    def send(self, body, kind="application/x-www-form-urlencoded", secret=SIGNING_SECRET):
        """Send a request to the app, signed as Slack signs (version v0)."""
        now = str(int(time.time()))
        signed = hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256)
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={signed.hexdigest()}",
        }
        return httpx.post(f"{self.app}/slack/events", content=body, headers=headers, timeout=30)


def _user(user):
    return {"id": user, "username": "spengler", "name": "spengler", "team_id": TEAM}


_ANSWERS = {
    "auth.test": lambda: {
        "url": "https://example.slack.com/",
        "team": "Example",
        "user": "agent",
        "team_id": TEAM,
        "user_id": BOT,
        "bot_id": "B0BOT00001",
        "is_enterprise_install": False,
    },
    "chat.postMessage": lambda: {"channel": CHANNEL, "ts": stamp(), "message": {}},
    "chat.postEphemeral": lambda: {"message_ts": stamp()},
    "views.open": lambda: {"view": {"id": "V0MODAL001", "type": "modal"}},
}


def _handler(slack):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            text = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            if self.path.startswith("/api/"):
                name = self.path.removeprefix("/api/")
                answer = json.dumps(slack.take(name, self._arguments(text))).encode()
            else:
                slack.take("response_url", {"path": self.path, **json.loads(text)})
                answer = b"ok"
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Say nothing."""

        def _arguments(self, text):
            if "json" in (self.headers["Content-Type"] or ""):
                return json.loads(text)
            told = {name: values[0] for name, values in parse_qs(text).items()}
            in_json = {name: json.loads(told[name]) for name in ("blocks", "view") if name in told}
            return told | in_json

    return Handler
