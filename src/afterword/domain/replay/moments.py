"""The moments at which a session might have been asked about, under another policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from afterword.domain.asks import Why
from afterword.domain.policy import SECOND_US, Policy
from afterword.domain.replay.past import Moment, Past, Rules
from afterword.domain.session import Ask, AskState, CloseReason, Session, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator


def moments_of(past: Past, rules: Rules) -> Iterator[Moment]:
    """Give the moments that the log knows, and those at the end that only these rules see."""
    session = past.session
    silence = rules.policy.silence_of(session.channel, session.agent)
    quiet_us = max([session.seen_us, *(ask.ended_us or 0 for ask in _withdrawn(session))])
    for line in past.lines:
        if line.trigger is None or (line.trigger is Trigger.INACTIVITY and line.at_us >= quiet_us):
            continue
        at_us = line.at_us
        if line.trigger is Trigger.INACTIVITY:
            then = rules.then.get(line.policy_version, rules.policy)
            was = then.silence_of(session.channel, session.agent)
            at_us += (silence - was) * SECOND_US
            if any(line.at_us <= (ask.ended_us or 0) <= at_us for ask in _withdrawn(session)):
                continue  # the user would have gone on before
        yield Moment(
            session_id=session.id,
            at_us=at_us,
            trigger=line.trigger,
            said=line.reason,
            policy_version=line.policy_version,
        )
    version = past.lines[-1].policy_version if past.lines else max(rules.then)
    last = Moment(
        session_id=session.id,
        at_us=quiet_us + silence * SECOND_US,
        trigger=Trigger.INACTIVITY,
        said=None,
        policy_version=version,
    )
    if _is_silent(past, last.at_us, rules):
        yield last
    # A last message that closes by the new threshold was a moment once it was answered.
    closed = msgspec.structs.replace(last, at_us=session.seen_us, trigger=Trigger.CLOSING_MESSAGE)
    if _has_closed(past, rules.policy) and _is_silent(past, closed.at_us, rules):
        yield closed


def _has_closed(past: Past, policy: Policy) -> bool:
    session = past.session
    is_logged = any(
        line.trigger is Trigger.CLOSING_MESSAGE and line.at_us >= session.seen_us
        for line in past.lines
    )
    user, agent = session.last_user, session.last_agent
    if is_logged or user is None or agent is None:
        return False
    return user.closing >= policy.closing_at and agent.final and agent.stamp > user.stamp


def _withdrawn(session: Session) -> list[Ask]:
    return [ask for ask in session.asks if ask.state is AskState.WITHDRAWN]


def _is_silent(past: Past, at_us: int, rules: Rules) -> bool:
    session = past.session
    if session.is_imported or at_us > rules.now_us:
        return False
    # Where even the shipped rules met no moment, nobody looked in time: the server was down.
    if past.lines and past.lines[-1].reason is Why.NO_MOMENT:
        return False
    over_us = session.closed_us
    if session.close_reason is CloseReason.ENDED and session.end_seen_us is not None:
        over_us = session.end_seen_us
    return over_us is None or at_us < over_us
