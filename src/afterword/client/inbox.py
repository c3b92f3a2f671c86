"""Where the asks of one conversation arrive."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.domain.texts import Option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class PendingAsk(Struct, frozen=True, kw_only=True):
    """An ask as the server tells it.

    ``trigger``: what made the moment. ``may_stop``: offer "Don't ask me again". ``light``: this
    is an hour to keep it light.
    """

    ask_id: str
    session_id: str
    conversation_id: str
    trigger: str
    question: str
    options: tuple[Option, ...]
    reason_question: str
    acknowledgement: str
    locale: str
    light: bool
    may_stop: bool
    expires_at: datetime


class Inbox:
    """Holds the ask that the latest answer brought, and hands each out once."""

    def __init__(
        self, conversation_id: str, announce: Callable[[PendingAsk], None] | None = None
    ) -> None:
        """Begin empty.

        Args:
            conversation_id: Whose asks these are.
            announce: Takes each ask as it comes, in the sender's thread: it must be quick.
        """
        self.awaits = 0  # the number of the conversation's latest event
        self.shown: PendingAsk | None = None  # the last thing that the user was told
        self._conversation_id = conversation_id
        self._announce = announce
        self._pending: PendingAsk | None = None
        self._given: str | None = None

    def put(self, asks: Iterable[PendingAsk]) -> None:
        """Keep what an answer says: it names all asks of its conversations that still stand."""
        ours = [ask for ask in asks if ask.conversation_id == self._conversation_id]
        self._pending = ours[-1] if ours else None
        if self._announce is not None and (ask := self.take()) is not None:
            self._announce(ask)

    def take(self) -> PendingAsk | None:
        """Hand out the ask that stands, unless it was before, or nobody could answer it now."""
        ask = self._pending
        if ask is None or ask.ask_id == self._given or ask.expires_at <= datetime.now(UTC):
            return None
        self._given = ask.ask_id
        return ask
