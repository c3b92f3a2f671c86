"""The application: everything wired together, as one ASGI app that can be mounted."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from litestar import Litestar
from litestar.datastructures import State
from litestar.enums import ScopeType

from afterword.server.addresses import localise
from afterword.server.api import route_handlers
from afterword.server.observing import observe
from afterword.server.origins import share
from afterword.server.pages import mistakes
from afterword.server.pages.house import Pages
from afterword.server.pages.routes import page_router
from afterword.server.services import Services
from afterword.server.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from litestar.types import HTTPScope, Receive, Scope, Send


class App:
    """An ASGI app; a host that mounts it enters ``lifespan`` beside its own.

    Example:
        >>> afterword = create_app(Settings(data_dir=Path("/tmp/afterword-doctest")))
        >>> host = FastAPI(lifespan=afterword.lifespan)  # doctest: +SKIP
        >>> host.mount("/afterword", afterword)  # doctest: +SKIP
    """

    def __init__(self, services: Services) -> None:
        """Put the calls on top of the services."""
        self.services = services
        self.pages = Pages(services)
        self._prefix = services.settings.prefix
        self._litestar = Litestar(
            [*route_handlers(), page_router()],
            state=State({"services": services, "pages": self.pages}),
            exception_handlers=mistakes.handlers(),
            lifespan=[self.lifespan],
            openapi_config=None,  # made in api/operation
            logging_config=None,  # the process's own; Litestar's would quote addresses
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection, or start and stop with the server that runs us."""
        if scope["type"] == ScopeType.HTTP:
            local = localise(scope, self._prefix)
            await observe(self._share, local, receive, send, self.services.metrics)
        else:
            await self._litestar(scope, receive, send)

    async def _share(self, scope: Scope, receive: Receive, send: Send) -> None:
        await share(self._litestar, cast("HTTPScope", scope), receive, send, self.services)

    @asynccontextmanager
    async def lifespan(self, _host: object = None) -> AsyncIterator[None]:
        """Start with the host and stop with it: what was taken in is committed."""
        await asyncio.to_thread(self.services.start)
        try:
            yield
        finally:
            # Beside the loop: what is being committed is still to be answered on it.
            await asyncio.to_thread(self.services.stop)


def create_app(settings: Settings | None = None) -> App:
    """Make the application; its data folder is opened when its lifespan begins.

    Args:
        settings: Read from the environment when absent.
    """
    return App(Services(settings or Settings.read(os.environ)))
