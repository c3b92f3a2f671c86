"""Afterword: how did this session go? The SDK's names; each is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.client import (
        Answer,
        Ask,
        AsyncClient,
        AsyncConversation,
        Client,
        Conversation,
        Option,
        Rating,
        Stats,
    )
    from afterword.domain.moments import Moment, moment
    from afterword.domain.replies import Reply, reply
    from afterword.history.opened import open_history

__all__ = [
    "Answer",
    "Ask",
    "AsyncClient",
    "AsyncConversation",
    "Client",
    "Conversation",
    "Moment",
    "Option",
    "Rating",
    "Reply",
    "Stats",
    "moment",
    "open_history",
    "reply",
]
_ELSEWHERE = {
    "Moment": "afterword.domain.moments",
    "Reply": "afterword.domain.replies",
    "moment": "afterword.domain.moments",
    "open_history": "afterword.history.opened",
    "reply": "afterword.domain.replies",
}


def __getattr__(name: str) -> object:
    """Load a public name: a host that only imports this package pays for nothing else."""
    if name in __all__:
        from importlib import import_module  # noqa: PLC0415  # as above

        return getattr(import_module(_ELSEWHERE.get(name, "afterword.client")), name)
    msg = f"module 'afterword' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted({*globals(), *__all__})
