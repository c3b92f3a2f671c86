"""What would have become of an ask that another policy makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from afterword.domain.policy import SECOND_US
from afterword.domain.session import Ask, AskState, Session

if TYPE_CHECKING:
    from afterword.domain.replay.past import Moment, Rules


def ask_at(session: Session, moment: Moment, asked: list[Ask], rules: Rules) -> Ask:
    """Give the ask that a moment leads to, with its end."""
    # The ask of then, moved to the new moment, where there was one that could have been this one.
    used = {ask.id for ask in asked}
    for ask in session.asks:
        is_over = ask.state is AskState.WITHDRAWN and (ask.ended_us or 0) <= moment.at_us
        if ask.id not in used and not is_over:
            return _moved(ask, moment.at_us - ask.granted_us)
    is_answered = rules.unknown is AskState.ANSWERED
    over_us = session.closed_us or moment.at_us + rules.policy.ask_lives * SECOND_US
    return Ask(
        id=f"{session.id} {len(used)}",
        session_id=session.id,
        conversation_id=session.conversation_id,
        person=session.person,
        trigger=moment.trigger,
        state=rules.unknown,
        granted_us=moment.at_us,
        expires_us=moment.at_us + rules.policy.ask_lives * SECOND_US,
        policy_version=rules.policy.version,
        shown_us=moment.at_us,
        ended_us=moment.at_us if is_answered else max(over_us, moment.at_us),
    )


def as_of(ask: Ask, at_us: int) -> Ask:
    """Give an ask as it stood at a time."""
    if ask.ended_us is not None and ask.ended_us <= at_us:
        return ask
    is_shown = ask.shown_us is not None and ask.shown_us <= at_us
    return msgspec.structs.replace(
        ask,
        state=AskState.SHOWN if is_shown else AskState.GRANTED,
        shown_us=ask.shown_us if is_shown else None,
        ended_us=None,
    )


def _moved(ask: Ask, by_us: int) -> Ask:
    def moved(time_us: int | None) -> int | None:
        return None if time_us is None else time_us + by_us

    return msgspec.structs.replace(
        ask,
        granted_us=ask.granted_us + by_us,
        expires_us=ask.expires_us + by_us,
        shown_us=moved(ask.shown_us),
        ended_us=moved(ask.ended_us),
    )
