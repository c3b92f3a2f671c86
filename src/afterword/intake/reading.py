"""Reading one message: what of its text stays when the text is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.domain import events as ev
from afterword.domain.refusals import is_refusal
from afterword.domain.retries import mark_of
from afterword.domain.words import count_words

if TYPE_CHECKING:
    from afterword.domain.sessions import Arrival


def read_message(arrival: Arrival, event: ev.Message) -> None:
    """Note on an arrival what its message says: its words, and whether it declines or repeats.

    Args:
        arrival: Changed in place.
        event: Its message, with its text still.
    """
    if event.closing:
        arrival.closing = 1.0
    text = event.text
    if not text:
        arrival.words = event.words or 0
        return
    n_words = count_words(text)
    arrival.words = event.words or n_words
    if event.role is ev.Role.USER:
        arrival.mark = mark_of(text, n_words, event.conversation_id)
    elif event.role is ev.Role.AGENT:
        arrival.is_refusal = is_refusal(text)
