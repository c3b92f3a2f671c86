"""Serving: one process, stopped gently. What was taken in is committed before it ends."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import uvicorn
from msgspec import Struct

from afterword.errors import SetupError
from afterword.server.app import App
from afterword.server.services import Services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from afterword.intake.clock import Clock
    from afterword.server.pages.house import Pages  # noqa: TC004  # never decoded: it is ours
    from afterword.server.settings import Settings

# A request that is being answered when we are told to stop gets this long.
GRACE_SECONDS: Final = 10
# Longer than the pools of clients and proxies keep a connection: we must not hang up first.
KEEP_ALIVE_SECONDS: Final = 75
_BACKLOG: Final = 2048
# The writer computes while the loop waits for its turn: at Python's own 5 ms a request that needs
# four turns waits 20 ms for nothing.
SWITCH_SECONDS: Final = 0.001
# An envelope makes thousands of small values that die with it; looking through the living ones
# for each few hundred of them (Python's default) costs a tenth of the throughput.
GC_THRESHOLDS: Final = (100_000, 20, 20)


class Running(Struct, frozen=True):
    """A server that runs in this process."""

    url: str
    services: Services
    pages: Pages


def serve(settings: Settings, on_ready: Callable[[Running], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; what was accepted is answered and committed first.

    Args:
        settings: Where to listen and where the data lies.
        on_ready: Told of the server once requests are taken.

    Raises:
        SetupError: The address cannot be listened on.
        JournalInUse: Another process serves the data folder.
        JournalUnavailable: The journal cannot be opened.
    """
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(*GC_THRESHOLDS)
    services = Services(settings, on_warm=gc.freeze)
    server, listener = _prepare(services, on_ready)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # The server raises the signal again when it is done; ours keeps that from killing us.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        server.run(sockets=[listener])
    finally:
        services.stop()
        gc.unfreeze()  # or DuckDB complains of what is left at the very end


@contextmanager
def running(settings: Settings, *, clock: Clock | None = None) -> Iterator[Running]:
    """Run a server beside the caller, in a thread; it is stopped gently at the end of the block.

    Args:
        settings: Where to listen and where the data lies.
        clock: Server time; the system's when None.

    Raises:
        SetupError, JournalInUse, JournalUnavailable: As ``serve``.
    """
    is_ready = Event()
    ready: list[Running] = []

    def note(server: Running) -> None:
        ready.append(server)
        is_ready.set()

    services = Services(settings, clock=clock)
    server, listener = _prepare(services, note)

    def run() -> None:
        try:
            server.run(sockets=[listener])
        finally:
            is_ready.set()

    thread = Thread(target=run, name="afterword-server", daemon=True)
    thread.start()
    is_ready.wait()
    try:
        if not ready:
            raise SetupError("The server did not start; its log says why.")
        yield ready[0]
    finally:
        server.should_exit = True
        thread.join()
        services.stop()


class _Server(uvicorn.Server):
    """A server that says when it takes requests, and ends open streams before it stops."""

    def __init__(
        self, config: uvicorn.Config, services: Services, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._services = services
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        # A second Ctrl-C would drop who is being answered; stopping is bounded as it is.
        self.force_exit = False

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._services.streams.close()
        await super().shutdown(sockets)


def _prepare(
    services: Services, on_ready: Callable[[Running], None]
) -> tuple[_Server, socket.socket]:
    # Address and folder first: both fail often, and neither failure should look like a crash.
    listener = _listen(services.settings)
    try:
        services.open()
    except BaseException:
        listener.close()
        raise
    url = _url(services.settings.host, listener.getsockname()[1])
    app = App(services)
    running = Running(url, services, app.pages)
    config = uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,  # ours holds no addresses
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=_BACKLOG,
    )
    return _Server(config, services, lambda: on_ready(running)), listener


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.host, settings.port
    with ExitStack() as opened:
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            listener = opened.enter_context(socket.socket(family, socket.SOCK_STREAM))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(_BACKLOG)  # at once: two may bind an address that nobody listens on
        except OSError as exc:
            why = f"{_url(host, port)} cannot be listened on: {exc.strerror}."
            raise SetupError(f"{why} Choose another --port.", field="port") from exc
        opened.pop_all()
    return listener


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
