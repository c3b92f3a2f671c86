"""The app inside another one: under a prefix, with its lifespan lent to the host."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Thread

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
