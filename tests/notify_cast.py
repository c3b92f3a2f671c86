"""Notify for tests: a real receiver on a loopback port, and an outbox with its courier."""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import hashlib
import hmac
import json
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import httpx
import sqlalchemy as sa
from aiosmtpd.smtp import SMTP, AuthResult

from afterword.journal.tables import OUTBOX
from afterword.notify import ChannelBook, Courier, Sources
from afterword.notify.messages import Message
from afterword.notify.sender import Sender

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
SHORT = 0.5  # seconds of one attempt that is to time out


class Receiver:
    """An HTTP server that answers as told and remembers what it was sent.

    ``answers`` is worked off from the front; afterwards everything is 200. An answer is a status,
    with headers, a body, or ``hold``: say nothing until the end of the test.
    """

    def __init__(self, certificate=None):
        """Listen on any free port; over TLS with a certificate."""
        self.answers = []
        self.requests = []
        self.arrived = Event()
        self._let_go = Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self):
        """Let everyone go and stop."""
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    def answer(self, status, *, hold=False, body=b"ok", **headers):
        """Say what comes next."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, hold, body, named))

    @property
    def bodies(self):
        """What it was sent, as JSON."""
        return [json.loads(body) for _, _, body in self.requests]

    @property
    def ids(self):
        """The ids of the webhooks it was sent."""
        return [headers["webhook-id"] for _, headers, _ in self.requests]

    def _handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["content-length"])
                told = {name.lower(): value for name, value in self.headers.items()}
                receiver.requests.append((self.path, told, self.rfile.read(length)))
                receiver.arrived.set()
                told = receiver.answers.pop(0) if receiver.answers else (200, False, b"ok", {})
                receiver.reply(self, *told)

            def log_message(self, *_):
                """Say nothing."""

        return Handler

    def reply(self, request, status, hold, body, headers):
        """Answer one request."""
        if hold:
            self._let_go.wait()
            return
        try:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name, value)
            request.send_header("content-length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:
            pass  # who asked has heard enough


class PostOffice:
    """A mail server that keeps what it is sent.

    ``answers`` is worked off from the front, one for each mail; afterwards all are taken. None
    says nothing until the end of the test. ``refused`` are addresses that it does not know.
    """

    def __init__(self, port=0, tls=None, login=None, *, is_tls_from_the_start=False):
        """Listen; with a TLS context it offers STARTTLS, with a login it demands one."""
        self.answers = []
        self.mails = []
        self.refused = ()
        self._login = login
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._let_go = asyncio.Event()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(
                self._protocol, "127.0.0.1", port, ssl=tls if is_tls_from_the_start else None
            )
        )
        self._offers = None if is_tls_from_the_start else tls
        self._is_tls = is_tls_from_the_start
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def close(self):
        """Let everyone go and stop."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self):
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _protocol(self):
        return SMTP(
            self,
            hostname="mail.example",
            tls_context=self._offers,
            auth_required=self._login is not None and self._offers is not None,
            auth_require_tls=self._offers is not None,
            authenticator=self._check,
            loop=self._loop,
        )

    def _check(self, _server, _session, _envelope, _mechanism, told):
        login = (told.login.decode(), told.password.decode())
        return AuthResult(success=login == self._login, handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  # aiosmtpd's
        """Take an address or not."""
        if address in self.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802  # aiosmtpd's
        """Take a mail or not."""
        told = self.answers.pop(0) if self.answers else "250 taken"
        if told is None:
            await self._let_go.wait()
        if told.startswith("250"):
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.mails.append((envelope.rcpt_tos, mail, self._is_tls or session.ssl is not None))
        return told


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # nobody is turned away at the door


class Rerouted(httpx.AsyncBaseTransport):
    """A wire on which public addresses end at a receiver of ours; all else is real."""

    def __init__(self, trusted, routes):
        """Take the certificates to trust, and the port of each public address."""
        self._wire = httpx.AsyncHTTPTransport(verify=trusted)
        self._routes = routes

    async def handle_async_request(self, request):
        """Send a request where its address leads."""
        port = self._routes.get(request.url.host)
        if port is not None:
            request.url = request.url.copy_with(host="127.0.0.1", port=port)
        return await self._wire.handle_async_request(request)

    async def aclose(self):
        """Hang up."""
        await self._wire.aclose()


def signature(secret, message_id, timestamp, body):
    """Sign as the specification says, apart from our own code."""
    key = base64.b64decode(secret.split("_", 1)[1])
    text = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.standard_b64encode(hmac.digest(key, text, hashlib.sha256)).decode()


def write_channels(folder, *tables):
    """Write ``channels.toml``; a table is a dict of what its fields hold."""
    lines = []
    for table in tables:
        lines += [
            "[[channel]]",
            *(f"{name} = {json.dumps(value)}" for name, value in table.items()),
        ]
    path = folder / "channels.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def hook(receiver, **more):
    """Make the table of a webhook."""
    told = {"name": "crm", "kind": "webhook", "url": receiver.url, "secret_env": "CRM_SECRET"}
    return told | {"events": ["rating.created"]} | more


def team(**more):
    """Make the table of a Slack channel."""
    told = {"name": "team", "kind": "slack", "url_env": "TEAM_URL"}
    return told | {"events": ["rating.created"]} | more


def mailbox(**more):
    """Make the table of an e-mail channel."""
    told = {"name": "post", "kind": "email", "url_env": "MAIL_URL", "events": ["alert.opened"]}
    people = {"sender": "Afterword <aw@example.com>", "to": ["ann@example.com"]}
    return told | people | more


def alert(topic="alert.opened", **more):
    """Make the message of an alert, as monitoring tells it."""
    data = {
        "alert_id": "al_1",
        "project": "default",
        "environment": "production",
        "kind": "monitor",
        "stream": {"dimension": "use_case", "value": "billing"},
        "direction": "worse",
        "state": "resolved" if topic == "alert.resolved" else "open",
        "title": "Negative ratings rose to 16 % in billing",
        "summary": ["Release v42 carries most of it.", "52 of 325 ratings, 9 % before."],
        "since": "2026-11-12",
        "resolution": None,
        "url": "https://aw.example/alerts/al_1",
    }
    return Message(id="msg_1", type=topic, at_us=1_772_539_200_000_000, data=data | more)


def digest(**more):
    """Make the message of a digest."""
    data = {
        "title": "Last week: 62 % helpful",
        "text": "62 % helpful, 9 % not.\nNothing moved.",
        "html": "<p>62 % helpful</p>",
        "blocks": [
            {"heading": "No line is crossed.", "lines": [{"text": "helpful 62 %", "url": None}]},
            {"heading": "To read", "lines": [{"text": "<b>", "url": "https://aw.example/s"}]},
        ],
        "url": "https://aw.example/digest",
    }
    return Message(id="msg_2", type="digest.ready", at_us=1_772_539_200_000_000, data=data | more)


def couriers_of(house, receiver, *tables, **environment):
    """Give a book and its courier on a house's journal."""
    path = write_channels(house.data_dir, *tables)
    told = {"CRM_SECRET": SECRET, "TEAM_URL": receiver.url} | environment
    book = ChannelBook(path, told)
    results = []
    courier = Courier(
        house.journal,
        book,
        house.clock,
        sources=Sources("https://afterword.example/base/"),
        on_result=lambda *told: results.append(told),
        sender=Sender(),
    )
    courier.results = results
    return book, courier


def until(is_so, seconds=30):
    """Wait for what another thread does; whatever it is comes long before the time is over."""
    clock = Event()
    for _ in range(seconds * 100):
        if is_so():
            return
        clock.wait(0.01)
    raise AssertionError("it did not happen")


def outbox_rows(journal):
    """Read the whole outbox."""
    with journal.read() as connection:
        return list(connection.execute(sa.select(OUTBOX).order_by(OUTBOX.c.id)))
