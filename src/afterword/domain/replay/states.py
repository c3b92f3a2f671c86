"""A session and its person as they stood at a moment."""

from __future__ import annotations

import copy
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from afterword.domain import asks
from afterword.domain.asks import Patience, Why
from afterword.domain.people import Person
from afterword.domain.policy import SECOND_US, Policy
from afterword.domain.session import AskState, LastMessage, RatingRecord, Session, Trigger

if TYPE_CHECKING:
    from afterword.domain.replay.past import Moment, PersonPast
    from afterword.domain.session import Ask

_UNANSWERED: Final = (AskState.DISMISSED, AskState.IGNORED)


def state_at(session: Session, moment: Moment, policy: Policy, known: list[Ask]) -> Session:
    """Give the session as it stood, with the asks that would have been made until then."""
    # Of the last moment of a session everything is known; of an earlier one, that it was one, and
    # that nothing about the session itself spoke against asking.
    state = copy.copy(session)
    state.asks = [ask for ask in known if ask.session_id == session.id]
    state.rating = _rating(session, moment, state.asks)
    if moment.trigger is not Trigger.RETURN_VISIT:
        state.closed_us = state.ended_us = state.end_seen_us = None
    if moment.said is None:
        return state
    state.n_handovers, state.n_user, state.n_agent = 0, 1, 1
    state.seen_us = moment.at_us
    closing = 0.0
    if moment.trigger is Trigger.CLOSING_MESSAGE:
        is_last = session.last_user is not None and session.seen_us <= moment.at_us
        closing = session.last_user.closing if is_last and session.last_user else 1.0
    elif moment.trigger is Trigger.INACTIVITY:
        silence = policy.silence_of(session.channel, session.agent)
        state.seen_us = moment.at_us - silence * SECOND_US
    elif moment.trigger is Trigger.EXPLICIT_END:
        state.ended_us = state.end_seen_us = moment.at_us
    state.last_user = LastMessage((0, 0, ""), closing=closing)
    state.last_agent = LastMessage((1, 0, ""))
    return state


def _rating(session: Session, moment: Moment, known: list[Ask]) -> RatingRecord | None:
    record = session.rating
    if record is None or record.rated_us > moment.at_us:
        return None
    # What was answered to an ask that is not made was not said.
    is_unasked = record.ask_id is None or any(ask.id == record.ask_id for ask in known)
    return record if is_unasked else None


def patience_at(past: PersonPast, known: list[Ask], moment: Moment) -> Patience:
    """Sum the person up as they would have been."""
    ended = sorted(
        (ask for ask in known if ask.state in (*_UNANSWERED, AskState.ANSWERED)),
        key=lambda ask: (ask.ended_us or 0, ask.id),
    )
    streak = list(takewhile(lambda ask: ask.state in _UNANSWERED, reversed(ended)))
    person = Person(
        key="",
        first_us=0,
        streak=len(streak),
        n_dismissed=sum(ask.state is AskState.DISMISSED for ask in ended),
        quiet_number=past.numbers.get(streak[0].session_id) if streak else None,
        has_stopped=_has_stopped(past, moment),
    )
    is_visiting = moment.trigger is Trigger.RETURN_VISIT
    return asks.patience(person, known, is_visiting=is_visiting)


def _has_stopped(past: PersonPast, moment: Moment) -> bool:
    # "Don't ask me again" ends an ask as dismissed, and no later one is made.
    dismissed = (ask.ended_us or 0 for ask in past.asks if ask.state is AskState.DISMISSED)
    is_known = past.has_stopped and max(dismissed, default=0) < moment.at_us
    return is_known or moment.said is Why.PERSON_STOPPED
