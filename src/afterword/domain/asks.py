"""When to ask: one pure, replayable decision, and what becomes of an ask afterwards."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.domain.own_texts import own_words
from afterword.domain.policy import DAY_US, SECOND_US, WEEK_US, Policy
from afterword.domain.session import Ask, AskState, LastMessage, Session, Trigger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.people import Person

_AFTER_WITHDRAWAL: Final = (Trigger.EXPLICIT_END, Trigger.INACTIVITY, Trigger.RETURN_VISIT)


class Verdict(StrEnum):
    """What to do about a session now."""

    ASK = "ask"
    LEAVE = "leave"


class Why(StrEnum):
    """The rule that decided, in the order in which the rules are tried."""

    NO_MOMENT = "no_moment"
    IMPORTED = "imported"
    ALREADY_RATED = "already_rated"
    ALREADY_ASKED = "already_asked"
    BELOW_MINIMUM = "below_minimum"
    HANDED_OVER = "handed_over"
    AWAITS_REPLY = "awaits_reply"
    USER_UNANSWERED = "user_unanswered"
    PERSON_STOPPED = "person_stopped"
    LEFT_ALONE = "left_alone"
    BUDGET_DAY = "budget_day"
    BUDGET_WEEK = "budget_week"
    BACK_OFF = "back_off"
    SKIPPED_AT_RANDOM = "skipped_at_random"
    ASKED = "asked"


# What is decided by the draw, where no rule has spoken against asking.
BY_CHANCE: Final = (Why.ASKED, Why.SKIPPED_AT_RANDOM, Why.BACK_OFF)


class Decision(Struct, frozen=True):
    """One logged decision. ``probability`` is the chance of ASK that the rules left, in [0, 1]."""

    verdict: Verdict
    reason: Why
    trigger: Trigger | None
    probability: float


class Patience(Struct, frozen=True, kw_only=True):
    """What ``decide`` needs to know of a person."""

    streak: int = 0  # asks in a row that were dismissed or ignored
    n_dismissed: int = 0
    quiet_number: int | None = None  # the person's session of the last such ask
    has_stopped: bool = False
    is_visiting: bool = False  # has just come back, before typing
    spent_us: tuple[int, ...] = ()  # when asks were shown or are still reserved


def patience(person: Person, asks: Sequence[Ask], *, is_visiting: bool = False) -> Patience:
    """Sum a person up for ``decide``.

    Args:
        person: The row of the person.
        asks: The person's asks of the last 7 days, over all channels.
        is_visiting: Whether the person has just opened the stream.
    """
    return Patience(
        streak=person.streak,
        n_dismissed=person.n_dismissed,
        quiet_number=person.quiet_number,
        has_stopped=person.has_stopped,
        is_visiting=is_visiting,
        spent_us=tuple(ask.shown_us or ask.granted_us for ask in asks if counts(ask)),
    )


def counts(ask: Ask) -> bool:
    """Tell whether an ask weighs on the budget: reserved when granted, spent when shown."""
    return ask.state is AskState.GRANTED or ask.shown_us is not None


def trigger_of(
    session: Session, policy: Policy, now_us: int, *, is_visiting: bool = False
) -> Trigger | None:
    """Find the moment of a session, if there is one now.

    A closing message counts once the agent's final answer to it is in; without one, silence does.
    An explicit end is a moment for as long as an ask granted at it would live: what arrives late
    must not raise a question days after the talk. A moment whose ask was withdrawn is over: the
    same end does not count again, and silence counts anew.
    """
    over_us = session.ended_us if session.closed_us is None else session.closed_us
    if over_us is not None:
        if is_visiting:
            has_just_been = now_us - over_us <= policy.return_within * SECOND_US
            return Trigger.RETURN_VISIT if has_just_been else None
        return Trigger.EXPLICIT_END if _is_ending(session, policy, now_us) else None
    withdrawn_us = _withdrawn_us(session)
    quiet_us = max(session.seen_us, withdrawn_us)
    idle_after = policy.silence_of(session.channel, session.agent)
    is_idle = now_us - quiet_us >= idle_after * SECOND_US
    # Whoever went on once may do so after another goodbye: silence is surer, where it comes.
    if _has_closed(session, policy) and not (is_idle and withdrawn_us):
        return Trigger.CLOSING_MESSAGE
    return Trigger.INACTIVITY if is_idle else None


def decide(
    policy: Policy, session: Session, person: Patience, now_us: int, draw: float
) -> Decision:
    """Decide whether to ask about a session now.

    Args:
        policy: The rules.
        session: As it stands after folding.
        person: Whose session it is.
        now_us: Server time, microseconds.
        draw: In [0, 1), the same for one session and policy version (see ``draw_of``).

    Returns:
        The verdict with the rule that gave it. Equal arguments give equal decisions.
    """
    trigger = trigger_of(session, policy, now_us, is_visiting=person.is_visiting)
    barred = bar(session, policy, trigger) or _impatience(session, policy, person, now_us)
    if barred is not None:
        return Decision(Verdict.LEAVE, barred, trigger, 0.0)
    welcome = (
        policy.back_off[min(person.streak, len(policy.back_off)) - 1] if person.streak else 1.0
    )
    chance = welcome * policy.chance_of_asking
    if draw < chance:
        return Decision(Verdict.ASK, Why.ASKED, trigger, chance)
    why = Why.SKIPPED_AT_RANDOM if draw < welcome else Why.BACK_OFF
    return Decision(Verdict.LEAVE, why, trigger, chance)


def bar(session: Session, policy: Policy, trigger: Trigger | None) -> Why | None:
    """Find the first rule about the session itself that speaks against asking."""
    if trigger is None:  # as nearly always
        return Why.NO_MOMENT
    user, agent = session.last_user, session.last_agent
    checks = (
        (Why.IMPORTED, session.is_imported),
        (Why.ALREADY_RATED, session.rating is not None),
        (Why.ALREADY_ASKED, not _may_be_asked(session, trigger)),
        (Why.BELOW_MINIMUM, not session.meets_minimum),
        (Why.HANDED_OVER, session.n_handovers > 0),
        (Why.AWAITS_REPLY, agent is not None and agent.awaits_reply and _is_last(agent, user)),
        (Why.USER_UNANSWERED, _is_unanswered(session, policy)),
    )
    return next((why for why, is_barred in checks if is_barred), None)


def waits_for_silence(session: Session, policy: Policy) -> bool:
    """Tell whether a session that may be asked about would be when it is silent for long enough.

    What was asked and answered before does not count: this is about moments, not about asks.
    """
    agent = session.last_agent
    if agent is None or session.is_imported or not session.meets_minimum:
        return False
    if session.n_handovers or (agent.awaits_reply and _is_last(agent, session.last_user)):
        return False
    asks_at_once = _has_closed(session, policy) and not _withdrawn_us(session)
    return not _is_unanswered(session, policy) and not asks_at_once


def _is_ending(session: Session, policy: Policy, now_us: int) -> bool:
    seen_us = session.end_seen_us
    if seen_us is None or seen_us < _withdrawn_us(session):
        return False
    return now_us - seen_us < policy.ask_lives * SECOND_US


def _withdrawn_us(session: Session) -> int:
    withdrawn = (ask for ask in session.asks if ask.state is AskState.WITHDRAWN)
    return max((ask.ended_us or 0 for ask in withdrawn), default=0)


def _has_closed(session: Session, policy: Policy) -> bool:
    user, agent = session.last_user, session.last_agent
    if user is None or agent is None or user.closing < policy.closing_at:
        return False
    return agent.final and _is_last(agent, user)


def _may_be_asked(session: Session, trigger: Trigger | None) -> bool:
    # One ask a session; a withdrawn one may be followed by one more at a surer moment, and one
    # that nobody was there to see by one on the next visit.
    if not session.asks:
        return True
    if len(session.asks) > 1:
        return False
    state = session.asks[0].state
    if state is AskState.WITHDRAWN:
        return trigger in _AFTER_WITHDRAWAL
    return state is AskState.EXPIRED and trigger is Trigger.RETURN_VISIT


def _is_last(agent: LastMessage, user: LastMessage | None) -> bool:
    return user is None or agent.stamp > user.stamp


def _is_unanswered(session: Session, policy: Policy) -> bool:
    user, agent = session.last_user, session.last_agent
    if user is None or user.closing >= policy.closing_at:
        return False
    return agent is None or not agent.final or agent.stamp < user.stamp


def _impatience(session: Session, policy: Policy, person: Patience, now_us: int) -> Why | None:
    in_day = sum(1 for at_us in person.spent_us if at_us > now_us - DAY_US)
    in_week = sum(1 for at_us in person.spent_us if at_us > now_us - WEEK_US)
    checks = (
        (Why.PERSON_STOPPED, person.has_stopped),
        (Why.LEFT_ALONE, _is_left_alone(session, policy, person)),
        (Why.BUDGET_DAY, in_day >= policy.asks_per_day),
        (Why.BUDGET_WEEK, in_week >= policy.asks_per_week),
    )
    return next((why for why, is_barred in checks if is_barred), None)


def _is_left_alone(session: Session, policy: Policy, person: Patience) -> bool:
    number, quiet = session.session_number, person.quiet_number
    if not person.streak or number is None or quiet is None or not policy.sessions_left_alone:
        return False
    # Sessions that began before the unanswered ask may still be going on: they are not nearer.
    return number <= quiet + policy.sessions_left_alone


def draw_of(salt: bytes, session_id: str, policy_version: int) -> float:
    """Draw the session's number in [0, 1): uniform over sessions, fixed for each."""
    told = f"{session_id}\x1f{policy_version}".encode("utf-8", "surrogatepass")
    digest = blake2b(told, digest_size=8, key=salt[:64]).digest()
    return (int.from_bytes(digest) >> 11) / 2**53


def without_limits(policy: Policy) -> Policy:
    """Give the policy for test keys: every moment is asked about."""
    return msgspec.structs.replace(
        policy,
        asks_per_day=10**9,
        asks_per_week=10**9,
        sessions_left_alone=0,
        back_off=(1.0,),
        skip_share=0.0,
    )


def grant(
    session: Session,
    decision: Decision,
    policy: Policy,
    person: Patience,
    *,
    ask_id: str,
    now_us: int,
) -> Ask:
    """Make the ask that a decision granted; it reserves one of the person's budget."""
    if decision.trigger is None:
        msg = "an ask needs a trigger"
        raise ValueError(msg)
    return Ask(
        id=ask_id,
        session_id=session.id,
        conversation_id=session.conversation_id,
        person=session.person,
        trigger=decision.trigger,
        state=AskState.GRANTED,
        granted_us=now_us,
        expires_us=now_us + policy.ask_lives * SECOND_US,
        policy_version=policy.version,
        light=policy.is_light(session.timezone, now_us),
        may_stop=person.n_dismissed + 1 >= policy.may_stop_after,  # where this one is closed too
        locale=session.locale or "en",
        own=own_words(session.locale, policy.texts),
    )


def show(ask: Ask, now_us: int) -> Ask:
    """Mark an ask as seen, which spends it; a second telling changes nothing.

    The telling may come late: an expired ask was there after all, a withdrawn one stays withdrawn.
    """
    if ask.shown_us is not None:
        return ask
    if ask.state is AskState.WITHDRAWN:
        return msgspec.structs.replace(ask, shown_us=now_us)
    return msgspec.structs.replace(ask, state=AskState.SHOWN, shown_us=now_us, ended_us=None)


def end(ask: Ask, state: AskState, now_us: int) -> Ask:
    """End an open ask; one that has ended stays as it is, but an answer always counts."""
    if state is not AskState.ANSWERED and not ask.is_open:
        return ask
    # Only what was seen can be answered or dismissed, even where nobody told of its showing.
    shown_us = ask.shown_us
    if shown_us is None and state in (AskState.ANSWERED, AskState.DISMISSED):
        shown_us = now_us
    return msgspec.structs.replace(ask, state=state, ended_us=now_us, shown_us=shown_us)


def lapse(ask: Ask, session: Session, policy: Policy, now_us: int) -> Ask:
    """End an ask that time has ended: never shown, or shown and the session over."""
    if ask.state is AskState.GRANTED and now_us >= ask.expires_us:
        return end(ask, AskState.EXPIRED, now_us)
    if ask.state is AskState.SHOWN and lapses_us(ask, session, policy) <= now_us:
        return end(ask, AskState.IGNORED, now_us)
    return ask


def lapses_us(ask: Ask, session: Session, policy: Policy) -> int:
    """Give the time at which ``lapse`` would next end an open ask."""
    if ask.state is AskState.GRANTED:
        return ask.expires_us
    cap_us = session.opened_us + policy.session_cap * SECOND_US
    shown_us = ask.shown_us or ask.granted_us
    return max(session.closed_us or cap_us, shown_us + policy.ask_lives * SECOND_US)


def reopen_as_dismissed(ask: Ask) -> Ask:
    """Turn an answered ask into a dismissed one: its answer was taken back by hand."""
    return msgspec.structs.replace(ask, state=AskState.DISMISSED)
