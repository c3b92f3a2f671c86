"""The shapes of a stream: see ``domain.ask_view``, which channels use too."""

from __future__ import annotations

from msgspec import Struct

from afterword.domain.ask_view import AskView, ask_view

__all__ = ["AskView", "StreamQuery", "ask_view"]


class StreamQuery(Struct, frozen=True):
    """Key and token of a client that cannot set headers, as an ``EventSource``.

    ``locale`` (BCP 47) asks for ``words`` too: what a form says in that language.
    """

    key: str | None = None
    token: str | None = None
    locale: str | None = None
