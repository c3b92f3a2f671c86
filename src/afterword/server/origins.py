"""What browsers ask before they let a page of another origin talk to us (the CORS protocol)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from afterword.errors import UnavailableError
from afterword.journal.keys import PREFIXES, PUBLISHABLE, browser_origins
from afterword.server.auth import bearer
from afterword.server.problems import ALLOWED

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

    from afterword.server.services import Services

_CALLS: Final = re.compile(r"/v1/(?:events|asks|(?:conversations|sessions)/[^/]+/rating)")
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, POST, DELETE"),
    (
        b"access-control-allow-headers",
        b"authorization, afterword-token, content-type, last-event-id",
    ),
    (b"access-control-max-age", b"7200"),
)
_VARY: Final = (b"vary", b"Origin")
_EXPOSE: Final = (b"access-control-expose-headers", b"Retry-After")
_NOT_FOR_PAGES: Final = tuple(prefix for kind, prefix in PREFIXES.items() if kind != PUBLISHABLE)


async def share(
    app: ASGIApp, scope: HTTPScope, receive: Receive, send: Send, services: Services
) -> None:
    """Call the app; tell a browser whether its page may read the answer.

    Whose key allows what is decided by the call itself; here only which origins are known at all.
    What a secret key asked for is answered, but no page may read it: such a key is lost there.
    """
    headers = dict(scope["headers"])
    origin = headers.get(b"origin")
    if origin is None or not _CALLS.fullmatch(scope["path"]):
        await app(scope, receive, send)
        return
    is_for_pages = not (bearer(scope["headers"]) or "").startswith(_NOT_FOR_PAGES)
    is_shared = is_for_pages and await _is_known(services, origin.decode("latin-1"))
    told: list[tuple[bytes, bytes]] = [_VARY]
    if is_shared:
        told += [(b"access-control-allow-origin", origin), _EXPOSE]
    # To the calls below, OPTIONS has another name.
    if scope["method"] == ALLOWED and b"access-control-request-method" in headers:
        told += _PREFLIGHT if is_shared else ()
        await send({"type": "http.response.start", "status": 204, "headers": told})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *told]
        await send(message)

    await app(scope, receive, tell)


async def _is_known(services: Services, origin: str) -> bool:
    try:
        return origin in await services.read(_origins, services)
    except UnavailableError:
        return False


def _origins(services: Services) -> set[str]:
    with services.journal.read() as connection:
        return browser_origins(connection)
