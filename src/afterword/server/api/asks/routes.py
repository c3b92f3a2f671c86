"""``GET /v1/asks``: the person's asks as server-sent events, for browsers.

It speaks ASGI itself: hundreds of these are open at once, and none may cost more than it must.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import parse_qsl

import msgspec
from litestar import asgi
from litestar.enums import ScopeType
from litestar.exceptions import MethodNotAllowedException
from litestar.types import HTTPScope, Receive, Scope, Send

from afterword.domain.own_texts import own_words
from afterword.domain.texts import texts
from afterword.errors import UnavailableError
from afterword.intake import Envelope
from afterword.server.api.admission import services_of
from afterword.server.api.asks.schemas import ask_view
from afterword.server.auth import bearer
from afterword.server.streams import Listener

if TYPE_CHECKING:
    from afterword.domain.session import Ask
    from afterword.domain.texts import OwnTexts, Texts
    from afterword.server.browsers import Visitor
    from afterword.server.streams import Stream

_ENCODE: Final = msgspec.json.Encoder().encode
_HEADERS: Final = (
    (b"content-type", b"text/event-stream"),
    (b"x-accel-buffering", b"no"),  # nginx holds nothing back
)
_HEARTBEAT: Final = b": here\n\n"
# What a client waits before it opens another stream, in milliseconds.
_BEGIN: Final = b"retry: 3000\n\n"


@asgi("/asks", copy_scope=False)
async def stream_asks(scope: Scope, receive: Receive, send: Send) -> None:
    """Give the person's asks, those that are pending first; 200 until the client goes."""
    http = cast("HTTPScope", scope)
    if scope["type"] != ScopeType.HTTP or http["method"] != "GET":
        raise MethodNotAllowedException(headers={"Allow": "GET, OPTIONS"})
    services = services_of(http)
    visitor = await _admit(http)
    if http["state"].get("is_head"):
        await _begin(send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    stream = services.streams.open(_listener(http, visitor))
    try:
        # Listening first: what is granted from here on is not missed.
        outcome = await services.take(_visit(visitor))
        for ask in outcome.asks:
            stream.tell(ask)
        await _give(stream, _words(http, outcome.own_texts), receive, send)
    finally:
        services.streams.forget(stream)


async def _admit(scope: HTTPScope) -> Visitor:
    # An EventSource cannot set headers: key and token may stand in the address, which is never
    # logged.
    services = services_of(scope)
    if not services.is_ready:
        raise UnavailableError
    told = _query(scope)
    key = await services.access.identify(bearer(scope["headers"]) or told.get("key"))
    return await services.frontier.admit(key, scope["headers"], told.get("token"))


def _query(scope: HTTPScope) -> dict[str, str]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1")))


def _words(scope: HTTPScope, own: OwnTexts) -> Texts | None:
    # Only who says a locale is told words: others show asks in a way of their own.
    locale = _query(scope).get("locale")
    return texts(locale, own_words(locale, own)) if locale else None


def _listener(scope: HTTPScope, visitor: Visitor) -> Listener:
    seen = dict(scope["headers"]).get(b"last-event-id")
    return Listener(
        project=visitor.key.project,
        persons=visitor.speaker.persons,
        expires_us=visitor.expires_us,
        key_ids=(visitor.key.id, visitor.signer_id),
        conversation_id=visitor.speaker.conversation_id,
        seen=None if seen is None else seen.decode("latin-1"),
    )


def _visit(visitor: Visitor) -> Envelope:
    return Envelope(project=visitor.key.project, events=[], speaker=visitor.speaker, is_visit=True)


async def _give(stream: Stream, words: Texts | None, receive: Receive, send: Send) -> None:
    leaving = asyncio.create_task(_leave(receive))
    leaving.add_done_callback(lambda _: stream.close())
    try:
        await _begin(send, words)
        async for ask in stream.news():
            body = _HEARTBEAT if ask is None else _event(ask, words)
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        leaving.cancel()


async def _begin(send: Send, words: Texts | None = None) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    body = _BEGIN + (_said(words) if words else b"")
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _leave(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _event(ask: Ask, words: Texts | None) -> bytes:
    if ask.is_open:
        own = texts(ask.locale, ask.own)
        # The form's buttons speak as the ask does.
        before = _said(own) if words and own != words else b""
        event = b"id: %s\nevent: ask\ndata: %s\n\n" % (ask.id.encode(), _ENCODE(ask_view(ask)))
        return before + event
    told = _ENCODE({"ask_id": ask.id, "state": ask.state})
    return b"event: ended\ndata: %s\n\n" % told


def _said(words: Texts) -> bytes:
    return b"event: words\ndata: %s\n\n" % _ENCODE(words)
