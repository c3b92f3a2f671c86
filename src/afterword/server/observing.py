"""Every request is counted and logged, without addresses, keys or bodies; few may be cached."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final

from afterword.server.problems import ALLOWED

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

    from afterword.server.metrics import Metrics

ACCESS: Final = logging.getLogger("afterword.access")
_UNMATCHED: Final = "unmatched"
_ABORTED: Final = 499  # nobody was there to hear the answer; the number that proxies use for it
# Whoever speaks HTTP for us leaves the body of an answer to HEAD out. To OPTIONS the framework
# names the methods of one handler only; where it refuses a method, those of all.
_AS: Final[dict[str, Any]] = {"HEAD": "GET", "OPTIONS": ALLOWED}
_ALWAYS: Final = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))


async def observe(
    app: ASGIApp, scope: HTTPScope, receive: Receive, send: Send, metrics: Metrics
) -> None:
    """Call the app; count and log what it answered.

    The log names the route's template (``/v1/sessions/{session_id}``), not the address: ids
    belong to users, and tokens may stand in a query.
    """
    started = time.perf_counter()
    status, method = _ABORTED, scope["method"]
    if method in _AS:
        told = {**(scope.get("state") or {}), "is_head": method == "HEAD"}
        scope = {**scope, "method": _AS[method], "state": told}

    async def note(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            names = {name for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *(one for one in _ALWAYS if one[0] not in names),
            ]
        await send(message)

    try:
        await app(scope, receive, note)
    finally:
        seconds = time.perf_counter() - started
        call = scope.get("path_template") or _UNMATCHED
        metrics.count_request(method, call, status, seconds)
        if ACCESS.isEnabledFor(logging.INFO):
            ACCESS.info("%s %s %d %.1f ms", method, call, status, seconds * 1e3)
