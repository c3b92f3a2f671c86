"""What time does to a session: the moment that is now, and the one timer for what is to come."""

from __future__ import annotations

from afterword.domain.asks import lapses_us, trigger_of
from afterword.domain.policy import SECOND_US, Policy
from afterword.domain.session import AskState, Session, Trigger
from afterword.domain.sessions import settles_us


def moment_of(session: Session, policy: Policy, now_us: int) -> Trigger | None:
    """Find the moment of a session that is now; an end told long after it was is none any more."""
    trigger = trigger_of(session, policy, now_us)
    if trigger is Trigger.EXPLICIT_END:
        ended_us = session.closed_us or session.ended_us or 0
        return trigger if now_us - ended_us < policy.ask_lives * SECOND_US else None
    return trigger


def due_us(session: Session, policy: Policy, now_us: int) -> int | None:
    """Give the next time at which something about a session changes by itself.

    Args:
        session: As it stands; marked settled where its time has passed.
        policy: Gives the durations.
        now_us: Server time; what was due until now has been done.

    Returns:
        A time after ``now_us``, or None where nothing is left to wait for.
    """
    settled_us = settles_us(session, policy)
    session.settled = settled_us is not None and settled_us <= now_us
    times = [] if settled_us is None else [settled_us]
    ask = session.open_ask
    if ask is not None:
        times.append(lapses_us(ask, session, policy))
    if session.closed_us is None:
        quiet_us = session.last_us if session.is_imported else session.seen_us
        times.append(quiet_us + policy.session_gap * SECOND_US)
        times.append(session.opened_us + policy.session_cap * SECOND_US)
        if not session.is_imported:
            idle_after = policy.silence_of(session.channel, session.agent)
            times.append(max(quiet_us, _withdrawn_us(session)) + idle_after * SECOND_US)
    later = [time_us for time_us in times if time_us > now_us]
    return min(later, default=None)


def _withdrawn_us(session: Session) -> int:
    # Whoever withdrew an ask was there: silence counts anew.
    ended = [ask.ended_us or 0 for ask in session.asks if ask.state is AskState.WITHDRAWN]
    return max(ended, default=0)
