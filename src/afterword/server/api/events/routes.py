"""``POST /v1/events``: the way in for everything, kept as short as it can be.

This is the one call that must be fast, so it speaks ASGI itself: a framework's request and
response objects cost more here than decoding a hundred events.
"""

from __future__ import annotations

from typing import Final, cast

import msgspec
from litestar import asgi
from litestar.enums import ScopeType
from litestar.exceptions import MethodNotAllowedException
from litestar.types import HTTPScope, Receive, Send
from litestar.types import Scope as AnyScope

from afterword.intake.decode import decode_envelope
from afterword.server.api.admission import admit_any, services_of
from afterword.server.api.events.schemas import events_answer
from afterword.server.auth import Scope
from afterword.server.bodies import read_body

_ENCODE: Final = msgspec.json.Encoder().encode
PATH: Final = "/events"


@asgi(PATH, copy_scope=False)
async def take_events(scope: AnyScope, receive: Receive, send: Send) -> None:
    """Take events in; answer once they are committed."""
    http = cast("HTTPScope", scope)
    if scope["type"] != ScopeType.HTTP or http["method"] != "POST":
        raise MethodNotAllowedException(headers={"Allow": "POST, OPTIONS"})
    caller = await admit_any(http, Scope.WRITE)
    services = services_of(http)
    envelope = caller.envelope(*decode_envelope(await read_body(http, receive)))
    if caller.visitor is not None:
        services.frontier.charge(caller.visitor, len(envelope.events))
    outcome = await services.take(envelope)
    body = _ENCODE(events_answer(outcome, is_test=envelope.is_test))
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 202, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
