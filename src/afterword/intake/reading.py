"""Reading one message: what of its text stays when the text is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.domain import events as ev
from afterword.domain.refusals import is_refusal
from afterword.domain.retries import mark_of
from afterword.domain.use_cases import Hint, Inferred
from afterword.domain.words import count_words

if TYPE_CHECKING:
    from afterword.domain.session import Session
    from afterword.domain.sessions import Arrival
    from afterword.domain.use_cases import UseCases

_MESSAGES_HEARD: Final = 5  # of a session's user: what somebody came for is said early


class Facts(Struct, frozen=True, array_like=True, omit_defaults=True):
    """What of a message's text goes on without it; as ``Arrival`` holds them."""

    words: int = 0
    mark: int = 0
    is_refusal: bool | None = None
    hint: Hint | None = None


def facts_of(event: ev.Message, use_cases: UseCases | None = None) -> Facts:
    """Find the facts of a message while its text is there.

    Args:
        event: With its text, if it ever had one.
        use_cases: What its text is to be held against, where nobody will be able to do so later.
    """
    text = event.text
    if not text:
        return Facts(event.words or 0)
    n_words = count_words(text)
    words = event.words or n_words
    if event.role is ev.Role.AGENT:
        return Facts(words, is_refusal=is_refusal(text))
    if event.role is not ev.Role.USER:
        return Facts(words)
    mark = mark_of(text, n_words, event.conversation_id)
    return Facts(words, mark, hint=None if use_cases is None else use_cases.hint(text))


def read_message(arrival: Arrival, event: ev.Message, facts: Facts | None) -> None:
    """Note on an arrival what its message says.

    Args:
        arrival: Changed in place.
        event: Its message.
        facts: Those that were found before its text was dropped; None where the text is there.
    """
    if event.closing:
        arrival.closing = 1.0
    found = facts or facts_of(event)
    arrival.words, arrival.mark, arrival.is_refusal = found.words, found.mark, found.is_refusal
    if found.hint is not None:
        arrival.inferred = Inferred.by_hint(found.hint, arrival.at_us, arrival.id)


def read_use_case(arrival: Arrival, session: Session, use_cases: UseCases | None) -> None:
    """Note on an arrival what its message says the user came for, where the host does not say.

    Args:
        arrival: Changed in place; its text is there still, unless it was read before.
        session: The session that it was assigned to, without it.
        use_cases: The project's; none are looked for when None.
    """
    event = arrival.event
    if use_cases is None or type(event) is not ev.Message or event.role is not ev.Role.USER:
        return
    if session.use_case is not None or session.n_user >= _MESSAGES_HEARD:
        arrival.inferred = None
    elif event.text:
        arrival.inferred = use_cases.infer(event.text, arrival.at_us, arrival.id, session.inferred)
