"""What a session's row tells of its asks: each of them, and whom chance left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from afterword.domain.asks import BY_CHANCE, Why
from afterword.domain.session import Ask, AskState, Session, Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping

UNASKED: Final = (Trigger.USER_OPENED, Trigger.IMPORT)


def is_shown(ask: Ask) -> bool:
    """Tell whether the user saw an ask: an answer implies it."""
    return ask.shown_us is not None or ask.state is AskState.ANSWERED


def trigger(session: Session) -> str | None:
    """Give the trigger of the rating, else of the last ask."""
    if session.rating is not None:
        return session.rating.trigger.value
    return session.asks[-1].trigger.value if session.asks else None


def asks(session: Session) -> list[Mapping[str, Any]]:
    """Give each ask, the first one first."""
    return [_row(ask) for ask in session.asks]


def drawn(session: Session) -> str | None:
    """Give what chance made of the session where no rule spoke against asking.

    Returns:
        ``asked``, ``skipped_at_random`` or ``back_off``; None where it was never left to chance.
    """
    if session.drawn is not None:
        return session.drawn
    # Sessions kept before this was noted: what was said last may still be it.
    if session.asks:
        return Why.ASKED.value
    return session.decision if session.decision in BY_CHANCE else None


def _row(ask: Ask) -> Mapping[str, Any]:
    return {
        "trigger": ask.trigger.value,
        "state": ask.state.value,
        "policy_version": ask.policy_version,
        "granted_at": ask.granted_us,
        "shown_at": ask.shown_us,
        "ended_at": ask.ended_us,
        "answer_s": _answer_s(ask),
    }


def _answer_s(ask: Ask) -> float | None:
    # Where nobody told of its showing, an answered ask counts as shown when it was answered.
    if ask.state is not AskState.ANSWERED or ask.shown_us is None or ask.ended_us is None:
        return None
    seconds = (ask.ended_us - ask.shown_us) / 1e6
    return seconds if seconds > 0 else None
