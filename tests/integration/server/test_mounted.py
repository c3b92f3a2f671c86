"""The app inside another one: under a prefix, with its lifespan lent to the host."""

from __future__ import annotations

import re
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest
import uvicorn
from litestar import Litestar, asgi
from litestar.types import Receive, Scope, Send  # noqa: TC002  # read when it is registered

from afterword.server import Settings, create_app
from server_harness import Caller, make_key, problem


class Prefixed:
    """A host as most frameworks are: the path stays whole and ``root_path`` names the prefix."""

    def __init__(self, app):
        """Take what is mounted."""
        self._app = app

    async def __call__(self, scope, receive, send):
        """Hand on what lies under the prefix, and stay silent about the rest."""
        assert scope["type"] == "http"
        if scope["path"].startswith("/rate/this/"):
            await self._app({**scope, "root_path": "/rate/this"}, receive, send)
        else:
            await send({"type": "http.response.start", "status": 418, "headers": []})
            await send({"type": "http.response.body", "body": b""})


class Stripped(Prefixed):
    """A host of the older kind: it takes the prefix off the path, not off the raw one."""

    async def __call__(self, scope, receive, send):
        """Hand on what lies under the prefix."""
        path = scope["path"].removeprefix("/rate/this")
        await self._app({**scope, "path": path, "root_path": "/rate/this"}, receive, send)


def litestar(app):
    """A host that is a Litestar app itself; it takes the prefix off and names none."""

    @asgi("/rate/this", is_mount=True, copy_scope=True)
    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    return Litestar([mounted], openapi_config=None, logging_config=None)


HOSTS = {"prefixed": Prefixed, "stripped": Stripped, "litestar": litestar}


@contextmanager
def hosted(host, lifespan):
    """Serve a host on a loopback port, inside a lifespan; give its address."""

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            async with lifespan(host):
                await send({"type": "lifespan.startup.complete"})
                await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await host(scope, receive, send)

    config = uvicorn.Config(app, port=0, log_config=None, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("conversation_id", ["c-1", "team/7 😀", "a/", "/rate/this/"])
def test_a_mounted_app_answers_under_its_prefix(tmp_path, host, conversation_id):
    """From events to a report, with ids that hold a slash, and started by its lifespan."""
    app = create_app(Settings(data_dir=tmp_path))
    _, key = make_key(tmp_path)
    with hosted(HOSTS[host](app), app.lifespan) as url:
        caller = Caller(f"{url}/rate/this", key)
        ask = caller.thank(conversation_id)
        assert caller.rate(conversation_id, rating="positive").status_code == 201
        session = caller.session(f"{conversation_id}~1")["session"]
        described = caller.reads("/openapi.json")
        nothing = caller.http.get("/v1/nothing")
        options = caller.http.options("/v1/events")
        caller.http.close()

    assert session["conversation_id"] == ask["conversation_id"] == conversation_id
    assert described["servers"] == [{"url": "."}]
    problem(nothing, 404, "not_found")
    assert (options.status_code, options.headers["allow"]) == (204, "POST, OPTIONS")
    # Stopped with its host: what it took is in the journal, and the folder is free.
    assert not app.services.is_ready
    again = create_app(Settings(data_dir=tmp_path))
    again.services.open()
    with again.services.journal.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar() == 5
    again.services.stop()


@pytest.mark.parametrize("host", HOSTS)
def test_pages_of_a_mounted_app_lead_to_each_other(tmp_path, host):
    """From a session's link through the sign-in and back, to files and the overview."""
    app = create_app(Settings(data_dir=tmp_path, password="open sesame"))  # noqa: S106  # a test's
    _, key = make_key(tmp_path)
    with hosted(HOSTS[host](app), app.lifespan) as url:
        caller = Caller(f"{url}/rate/this", key)
        caller.chat("team/7 😀")
        caller.http.close()
        asked = f"{url}/rate/this/sessions/team%2F7%20%F0%9F%98%80~1"
        with httpx.Client(follow_redirects=True, headers={"Accept": "text/html"}) as browser:
            form = browser.get(asked)
            fields = dict(re.findall(r'name="(to|password)"[^>]*?value="([^"]*)"', form.text))
            shown = browser.post(
                form.url.join(re.search(r'action="([^"]*)"', form.text)[1]),
                data={**fields, "password": "open sesame"},
            )
            places = re.findall(r'href="((?:\.\./)*(?:static|overview)[^"]*)"', shown.text)
            answers = [browser.get(shown.url.join(place)) for place in places]
            missing = browser.get(f"{url}/rate/this/no/where")
            back = browser.get(
                missing.url.join(re.search(r'href="([^"]*overview)"', missing.text)[1])
            )

    assert form.url.path == "/rate/this/signin"
    assert str(shown.url) == asked
    assert "team/7 😀~1" in shown.text
    assert len(places) == 3
    assert {one.status_code for one in (*answers, back)} == {200}
    assert missing.status_code == 404
    assert "How did sessions go?" in back.text


def test_a_host_that_forgets_the_lifespan_is_told(tmp_path):
    """503 instead of a crash; nothing is opened behind its back."""

    class Nothing:
        async def __aenter__(self):
            """Start nothing."""

        async def __aexit__(self, *_):
            """Stop nothing."""

    app = create_app(Settings(data_dir=tmp_path / "data"))
    with hosted(Prefixed(app), lambda _: Nothing()) as url:
        caller = Caller(f"{url}/rate/this", "aw_sk_x")
        problem(caller.http.post("/v1/events", json={"events": []}), 503, "unavailable")
        problem(caller.http.get("/readyz"), 503, "unavailable")
        assert caller.reads("/healthz") == {"status": "ok"}
        caller.http.close()

    assert not (tmp_path / "data").exists()
