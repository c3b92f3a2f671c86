"""The shape of an ask: everything that is needed to show it, in the user's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.domain.texts import Option, texts
from afterword.domain.times import write_time

if TYPE_CHECKING:
    from afterword.domain.session import Ask


class AskView(Struct, frozen=True, kw_only=True):
    """One pending ask. ``may_stop``: offer "Don't ask me again"; ``light``: keep it light now."""

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
    expires_at: str


def ask_view(ask: Ask) -> AskView:
    """Give an ask as it is answered, in the words of its locale."""
    words = texts(ask.locale, ask.own)
    return AskView(
        ask_id=ask.id,
        session_id=ask.session_id,
        conversation_id=ask.conversation_id,
        trigger=ask.trigger,
        question=words.question,
        options=words.options,
        reason_question=words.reason_question,
        acknowledgement=words.acknowledgement,
        locale=words.locale,
        light=ask.light,
        may_stop=ask.may_stop,
        expires_at=write_time(ask.expires_us),
    )
